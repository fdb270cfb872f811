output "roles" {
  value       = { for name, role in aws_iam_role.deploy : name => role.arn }
  description = "By environment: what its variable AWS_ROLE is set to on GitHub, and `deployers` of infra/terraform-eks."
}
