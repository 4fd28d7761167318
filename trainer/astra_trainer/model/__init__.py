"""What a policy is: network, tokenizer, chat format, and where its weights come from."""
