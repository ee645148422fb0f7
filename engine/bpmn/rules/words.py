"""The words a diagram may use: BPMN tags with their attributes, and zeebe extensions with theirs."""

from __future__ import annotations

from engine.bpmn.model import ASSIGNED_BY

_NODE = frozenset({"name"})
_ACTIVITY = _NODE | {"default", "isForCompensation", "startQuantity", "completionQuantity"}
_GATEWAY = _NODE | {"gatewayDirection"}
_CATCH = _NODE | {"parallelMultiple"}
_NONE = frozenset[str]()
_REFERENCES = frozenset({"sourceRef", "targetRef"})

#: Tags with their attributes; every one may have an id.
ELEMENTS: dict[str, frozenset[str]] = {
    "definitions": frozenset(
        {"name", "targetNamespace", "expressionLanguage", "typeLanguage", "exporter", "exporterVersion"}
    ),
    "process": frozenset({"name", "isExecutable", "processType", "isClosed"}),
    "collaboration": frozenset({"name", "isClosed"}),
    "participant": frozenset({"name", "processRef"}),
    "messageFlow": _REFERENCES | {"name", "messageRef"},
    "laneSet": _NODE,
    "childLaneSet": _NODE,
    "lane": _NODE,
    "flowNodeRef": _NONE,
    "documentation": frozenset({"textFormat"}),
    "extensionElements": _NONE,
    "incoming": _NONE,
    "outgoing": _NONE,
    "sequenceFlow": _REFERENCES | {"name", "isImmediate"},
    "conditionExpression": _NONE,
    "startEvent": _CATCH | {"isInterrupting"},
    "endEvent": _NODE,
    "intermediateCatchEvent": _CATCH,
    "intermediateThrowEvent": _NODE,
    "boundaryEvent": _CATCH | {"attachedToRef", "cancelActivity"},
    "messageEventDefinition": frozenset({"messageRef"}),
    "timerEventDefinition": _NONE,
    "timeDate": _NONE,
    "timeDuration": _NONE,
    "timeCycle": _NONE,
    "errorEventDefinition": frozenset({"errorRef"}),
    "escalationEventDefinition": frozenset({"escalationRef"}),
    "signalEventDefinition": frozenset({"signalRef"}),
    "terminateEventDefinition": _NONE,
    "task": _ACTIVITY,
    "userTask": _ACTIVITY | {"implementation"},
    "manualTask": _ACTIVITY,
    "serviceTask": _ACTIVITY | {"implementation"},
    "sendTask": _ACTIVITY | {"implementation"},
    "receiveTask": _ACTIVITY | {"implementation", "messageRef", "instantiate"},
    "scriptTask": _ACTIVITY,
    "businessRuleTask": _ACTIVITY | {"implementation"},
    "callActivity": _ACTIVITY,
    "subProcess": _ACTIVITY | {"triggeredByEvent"},
    "multiInstanceLoopCharacteristics": frozenset({"isSequential", "behavior"}),
    "completionCondition": _NONE,
    "exclusiveGateway": _GATEWAY | {"default"},
    "inclusiveGateway": _GATEWAY | {"default"},
    "parallelGateway": _GATEWAY,
    "eventBasedGateway": _GATEWAY | {"instantiate", "eventGatewayType"},
    "message": _NODE,
    "error": _NODE | {"errorCode"},
    "escalation": _NODE | {"escalationCode"},
    "signal": _NODE,
    # Drawn for the reader; nothing executes them.
    "dataObject": _NODE | {"isCollection"},
    "dataObjectReference": _NODE | {"dataObjectRef"},
    "dataStore": _NODE | {"capacity", "isUnlimited"},
    "dataStoreReference": _NODE | {"dataStoreRef"},
    "dataState": _NODE,
    "dataInputAssociation": _NONE,
    "dataOutputAssociation": _NONE,
    "property": _NODE,
    "sourceRef": _NONE,
    "targetRef": _NONE,
    "textAnnotation": frozenset({"textFormat"}),
    "text": _NONE,
    "association": _REFERENCES | {"associationDirection"},
    "group": frozenset({"categoryValueRef"}),
    "category": _NODE,
    "categoryValue": frozenset({"value"}),
    # Stands in everything that lies inside a drawn group.
    "categoryValueRef": _NONE,
}

#: Tags whose text means something.
TEXTS = frozenset(
    {
        "documentation",
        "text",
        "incoming",
        "outgoing",
        "flowNodeRef",
        "conditionExpression",
        "completionCondition",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "sourceRef",
        "targetRef",
        "categoryValueRef",
    }
)

_BOOLEAN = frozenset({"true", "false"})

#: Attributes that may only have certain values.
VALUES: dict[str, frozenset[str]] = {
    "isForCompensation": frozenset({"false"}),
    "parallelMultiple": frozenset({"false"}),
    "instantiate": frozenset({"false"}),
    "isImmediate": frozenset({"true"}),
    "startQuantity": frozenset({"1"}),
    "completionQuantity": frozenset({"1"}),
    "behavior": frozenset({"All"}),
    "eventGatewayType": frozenset({"Exclusive"}),
    "implementation": frozenset({"##unspecified"}),
    "isInterrupting": _BOOLEAN,
    "cancelActivity": _BOOLEAN,
    "triggeredByEvent": _BOOLEAN,
    "isSequential": _BOOLEAN,
    "isExecutable": _BOOLEAN,
    "bindingType": frozenset({"latest", "deployment"}),
    "propagateAllChildVariables": _BOOLEAN,
    "propagateAllParentVariables": _BOOLEAN,
}

#: Zeebe extensions with the attributes that are executed.
EXTENSIONS: dict[str, frozenset[str]] = {
    "versionTag": frozenset({"value"}),
    "properties": _NONE,
    "property": frozenset({"name", "value"}),
    "formDefinition": frozenset({"formId", "bindingType"}),
    "userTask": _NONE,
    "assignmentDefinition": frozenset(ASSIGNED_BY),
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "priorityDefinition": frozenset({"priority"}),
    "ioMapping": _NONE,
    "input": frozenset({"source", "target"}),
    "output": frozenset({"source", "target"}),
    "taskDefinition": frozenset({"type", "retries"}),
    "taskHeaders": _NONE,
    "header": frozenset({"key", "value"}),
    "calledDecision": frozenset({"decisionId", "resultVariable", "bindingType"}),
    "script": frozenset({"expression", "resultVariable"}),
    "calledElement": frozenset(
        {"processId", "propagateAllChildVariables", "propagateAllParentVariables", "bindingType"}
    ),
    "loopCharacteristics": frozenset(
        {"inputCollection", "inputElement", "outputCollection", "outputElement"}
    ),
    "subscription": frozenset({"correlationKey"}),
}

#: Extensions that stand inside others.
INSIDE: dict[str, frozenset[str]] = {
    "properties": frozenset({"property"}),
    "ioMapping": frozenset({"input", "output"}),
    "taskHeaders": frozenset({"header"}),
}

_PROPERTIES = frozenset({"properties"})
_MAPPED = _PROPERTIES | {"ioMapping"}
_JOB = _MAPPED | {"taskDefinition", "taskHeaders"}

#: The extensions that are executed on a tag.
HOSTS: dict[str, frozenset[str]] = {
    "process": _PROPERTIES | {"versionTag"},
    "participant": _PROPERTIES,
    "collaboration": _PROPERTIES,
    "lane": _PROPERTIES,
    "sequenceFlow": _PROPERTIES,
    "startEvent": _MAPPED,
    "endEvent": _MAPPED,
    "intermediateCatchEvent": _MAPPED,
    "intermediateThrowEvent": _MAPPED,
    "boundaryEvent": _MAPPED,
    "task": _PROPERTIES,
    "manualTask": _PROPERTIES,
    "userTask": _MAPPED
    | {"userTask", "formDefinition", "assignmentDefinition", "taskSchedule", "priorityDefinition"},
    "serviceTask": _JOB,
    "sendTask": _JOB,
    "receiveTask": _MAPPED,
    "scriptTask": _MAPPED | {"script"},
    "businessRuleTask": _MAPPED | {"calledDecision"},
    "callActivity": _MAPPED | {"calledElement"},
    "subProcess": _MAPPED,
    "exclusiveGateway": _PROPERTIES,
    "inclusiveGateway": _PROPERTIES,
    "parallelGateway": _PROPERTIES,
    "eventBasedGateway": _PROPERTIES,
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics"}),
    "message": frozenset({"subscription"}),
    "dataObjectReference": _PROPERTIES,
    "dataStoreReference": _PROPERTIES,
    "textAnnotation": _PROPERTIES,
    "group": _PROPERTIES,
    "association": _PROPERTIES,
    "messageFlow": _PROPERTIES,
}

#: What to do instead, for what modellers offer and we do not execute.
HINTS: dict[str, tuple[str, str]] = {
    "userTaskForm": ("请改用表单文件（formId）。", "Use a form file (formId) instead."),
    "formKey": ("请改用 formId。", "Use formId instead."),
    "externalReference": ("请改用 formId。", "Use formId instead."),
    "versionTag": ("绑定方式只支持 latest 和 deployment。", "Bindings are latest or deployment."),
    "taskDefinition": ("作业请用服务任务或发送任务。", "Use a service task or a send task for a job."),
    "taskHeaders": ("用户任务请改用扩展属性。", "On a user task use extension properties instead."),
    "linkedResources": ("请改用任务头。", "Use task headers instead."),
    "jobPriorityDefinition": ("作业按到期时间执行。", "Jobs run in the order they are due."),
    "processIdExpression": ("请改用 processId。", "Use processId instead."),
    "ioMapping": ("请在相邻的任务上映射。", "Map on the task beside it instead."),
}

#: Namespaces of colours in a drawing.
COLOURS = frozenset(
    {"http://bpmn.io/schema/bpmn/biocolor/1.0", "http://www.omg.org/spec/BPMN/non-normative/color/1.0"}
)
