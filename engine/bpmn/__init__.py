"""BPMN: reading, checking and executing diagrams of the Camunda 8 profile."""
