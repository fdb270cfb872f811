# Service accounts of the cluster that may be roles of IAM (IRSA): one role for each, for that account alone.
resource "aws_iam_openid_connect_provider" "cluster" {
  url            = aws_eks_cluster.this.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  issuer = replace(aws_eks_cluster.this.identity[0].oidc[0].issuer, "https://", "")
  accounts = {
    external-secrets = { namespace = "external-secrets", policy = local.external_secrets_policy }
    load-balancer    = { namespace = "kube-system", policy = local.load_balancer_policy }
  }

  # What the platform's Secrets are made of.
  external_secrets_policy = [{
    Sid      = "Read"
    Effect   = "Allow"
    Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    Resource = ["arn:${local.partition}:secretsmanager:${var.region}:${local.account_id}:secret:${var.name}/*"]
  }]

  # What an Ingress needs. Changes only of what carries the cluster's tag.
  owned = { Null = { "aws:ResourceTag/elbv2.k8s.aws/cluster" = "false" } }
  load_balancer_policy = [
    {
      Sid    = "Look"
      Effect = "Allow"
      Action = [
        "acm:DescribeCertificate", "acm:ListCertificates",
        "ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeAvailabilityZones", "ec2:DescribeInstances",
        "ec2:DescribeInternetGateways", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
        "ec2:DescribeTags", "ec2:DescribeVpcs", "ec2:GetSecurityGroupsForVpc",
        "elasticloadbalancing:DescribeListenerAttributes", "elasticloadbalancing:DescribeListenerCertificates",
        "elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeLoadBalancerAttributes",
        "elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTags",
        "elasticloadbalancing:DescribeTargetGroupAttributes", "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
      ]
      Resource = ["*"]
    },
    {
      Sid       = "Make"
      Effect    = "Allow"
      Action    = ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"]
      Resource  = ["*"]
      Condition = { Null = { "aws:RequestTag/elbv2.k8s.aws/cluster" = "false" } }
    },
    {
      Sid      = "MakeParts"
      Effect   = "Allow"
      Action   = ["ec2:CreateSecurityGroup", "elasticloadbalancing:CreateListener", "elasticloadbalancing:CreateRule"]
      Resource = ["*"]
    },
    {
      Sid       = "Tag"
      Effect    = "Allow"
      Action    = ["ec2:CreateTags"]
      Resource  = ["arn:${local.partition}:ec2:${var.region}:${local.account_id}:security-group/*"]
      Condition = { StringEquals = { "ec2:CreateAction" = "CreateSecurityGroup" } }
    },
    {
      Sid    = "TagBalancers"
      Effect = "Allow"
      Action = ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"]
      Resource = [
        for kind in ["targetgroup/*/*", "loadbalancer/app/*/*", "loadbalancer/net/*/*", "listener/app/*/*/*", "listener-rule/app/*/*/*"] :
        "arn:${local.partition}:elasticloadbalancing:${var.region}:${local.account_id}:${kind}"
      ]
    },
    {
      Sid    = "Change"
      Effect = "Allow"
      Action = [
        "ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupIngress",
        "elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:DeleteTargetGroup",
        "elasticloadbalancing:ModifyLoadBalancerAttributes", "elasticloadbalancing:ModifyTargetGroup",
        "elasticloadbalancing:ModifyTargetGroupAttributes", "elasticloadbalancing:SetIpAddressType",
        "elasticloadbalancing:SetSecurityGroups", "elasticloadbalancing:SetSubnets",
      ]
      Resource  = ["*"]
      Condition = local.owned
    },
    {
      Sid      = "Targets"
      Effect   = "Allow"
      Action   = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
      Resource = ["arn:${local.partition}:elasticloadbalancing:${var.region}:${local.account_id}:targetgroup/*/*"]
    },
    {
      Sid    = "ChangeListeners"
      Effect = "Allow"
      Action = [
        "elasticloadbalancing:AddListenerCertificates", "elasticloadbalancing:DeleteListener", "elasticloadbalancing:DeleteRule",
        "elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyListenerAttributes",
        "elasticloadbalancing:ModifyRule", "elasticloadbalancing:RemoveListenerCertificates",
      ]
      Resource = [
        for kind in ["listener/app/*/*/*", "listener-rule/app/*/*/*/*"] :
        "arn:${local.partition}:elasticloadbalancing:${var.region}:${local.account_id}:${kind}"
      ]
    },
  ]
}

resource "aws_iam_role" "account" {
  for_each = toset(["external-secrets", "load-balancer"])

  name = "${var.name}-${var.region}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.cluster.arn }
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:${local.accounts[each.key].namespace}:${each.key}"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "account" {
  #checkov:skip=CKV_AWS_355:describing has no resources, and what is made is bound by the cluster's tag
  #checkov:skip=CKV_AWS_290:what is made or changed is bound by the cluster's tag
  #checkov:skip=CKV_AWS_289:security groups are bound by the cluster's tag
  for_each = aws_iam_role.account

  name   = each.key
  role   = each.value.id
  policy = jsonencode({ Version = "2012-10-17", Statement = local.accounts[each.key].policy })
}
