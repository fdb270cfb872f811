# Where the state is kept: `terraform init -backend-config=backend.hcl`. See backend.hcl.example.
terraform {
  backend "s3" {
    encrypt      = true
    use_lockfile = true
  }
}
