# Where the state is kept: `terraform init -backend-config=backend.hcl`.
terraform {
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
