output "cluster_name" {
  value       = aws_eks_cluster.this.name
  description = "For `aws eks update-kubeconfig --name`, and for infra/terraform-eks-addons."
}

output "vpc_id" {
  value       = module.network.vpc_id
  description = "The VPC, for the load balancer controller."
}

output "role_arns" {
  value       = { for name, role in aws_iam_role.account : name => role.arn }
  description = "The roles of the service accounts, for infra/terraform-eks-addons."
}
