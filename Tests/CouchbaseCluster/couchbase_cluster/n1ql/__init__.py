"""SQL++ (N1QL): lexer, parser, evaluator, and the statements that the cluster runs."""
