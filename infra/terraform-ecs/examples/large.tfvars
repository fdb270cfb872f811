# The large size of docs/DEPLOY-AWS.md: terraform apply -var-file=examples/large.tfvars, beside terraform.tfvars.
nat              = "zonal"
optional_secrets = ["metrics-token", "payment-gateway", "webhook-endpoints"]

services = {
  api       = { cpu = 1024, memory = 2048, min = 3, max = 8 }
  payments  = { cpu = 1024, memory = 2048, min = 3 }
  analytics = { cpu = 1024, memory = 2048, min = 3 }
  fraud     = { cpu = 512, memory = 1024, min = 2 }
  sink      = { cpu = 512, memory = 1024, min = 2 }
}
