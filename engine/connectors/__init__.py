"""The only sockets of the product: mail, text messages, and the outbox that feeds them."""
