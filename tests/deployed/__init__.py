"""The package as `make package` leaves it, brought up by CloudFormation and driven through its own address."""
