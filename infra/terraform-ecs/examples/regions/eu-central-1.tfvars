# infra/terraform-ecs in eu-central-1: terraform apply -var-file=examples/regions/eu-central-1.tfvars
region                  = "eu-central-1"
vpc_cidr                = "10.40.0.0/16"
domain_name             = "orders.example.com"
alternative_names       = ["eu-central-1.orders.example.com"]
create_dns_record       = false
route53_zone_id         = "Z0123456789ABCDEFGHIJ"
image                   = "ghcr.io/example/orders:0.1.0"
kafka_bootstrap_servers = "pkc-12345.eu-central-1.aws.confluent.cloud:9092"
couchbase_host          = "couchbases://cb.eu-central-1.example.cloud.couchbase.com"
couchbase_username      = "orders"

jwt = {
  issuer   = "https://login.example.com/"
  audience = "orders"
  key_set  = "https://login.example.com/.well-known/jwks.json"
}
