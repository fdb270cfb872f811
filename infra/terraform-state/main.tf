# The bucket of all states, made once by hand; its own state stays with who made it. Every stack locks its state there.
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type        = string
  description = "The bucket's region."
}

variable "bucket" {
  type        = string
  description = "The bucket's name: unique in the whole of AWS."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.bucket))
    error_message = "bucket must be 3 to 63 lower-case letters, digits and hyphens."
  }
}

#trivy:ignore:AVD-AWS-0089:S3 data events of CloudTrail show who reads a state
resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:S3 data events of CloudTrail show who reads a state
  #checkov:skip=CKV_AWS_144:a state describes one region and can be imported again
  #checkov:skip=CKV2_AWS_62:nobody waits for a new state
  bucket = var.bucket

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_kms_key" "state" {
  #checkov:skip=CKV2_AWS_64:the default policy leaves it to IAM of the account
  description         = "States of Terraform"
  enable_key_rotation = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.state.arn
    }
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "old-states"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}

resource "aws_s3_bucket_policy" "state" {
  bucket = aws_s3_bucket.state.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTLS"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.state.arn, "${aws_s3_bucket.state.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.state]
}

output "bucket" {
  value       = aws_s3_bucket.state.bucket
  description = "For backend.hcl of each stack."
}

output "kms_key_arn" {
  value       = aws_kms_key.state.arn
  description = "For infra/terraform-github: a deployment reads and writes its state."
}
