"""Log-probabilities of chosen tokens, without a table of all positions by the whole vocabulary."""

import torch
import torch.nn.functional as F
from torch import Tensor

AT_ONCE = 256


def chosen_logprobs(hidden: Tensor, embedding: Tensor, targets: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """[tokens, hidden size] → log-probability of each token's target, and the entropy it was drawn with."""
    if hidden.requires_grad and not embedding.requires_grad:
        return FrozenVocabulary.apply(hidden, embedding, targets, temperature)
    logprobs = torch.log_softmax(F.linear(hidden, embedding) / temperature, -1)
    entropy = -(logprobs.detach().exp() * logprobs.detach()).sum(-1)
    return logprobs.gather(-1, targets[:, None])[:, 0], entropy


class FrozenVocabulary(torch.autograd.Function):
    """Of a vocabulary that is not trained: the slope of a log-probability is a vector a token, all that is kept."""

    @staticmethod
    def forward(ctx, hidden: Tensor, embedding: Tensor, targets: Tensor, temperature: float):
        chosen, entropy, slopes = [], [], []
        for rows, wanted in zip(hidden.split(AT_ONCE), targets.split(AT_ONCE), strict=True):
            logits = F.linear(rows, embedding).div_(temperature)
            total = torch.logsumexp(logits, -1)
            chosen.append(logits.gather(-1, wanted[:, None])[:, 0] - total)
            probabilities = (logits - total[:, None]).exp_()
            mean = torch.bmm(probabilities[:, None], logits[:, :, None])[:, 0, 0]
            entropy.append(total - mean)
            slopes.append((embedding[wanted] - probabilities @ embedding).div_(temperature))
        ctx.save_for_backward(torch.cat(slopes))
        told = torch.cat(entropy)
        ctx.mark_non_differentiable(told)
        return torch.cat(chosen), told

    @staticmethod
    def backward(ctx, to_chosen: Tensor, _: Tensor):
        (slopes,) = ctx.saved_tensors
        return to_chosen[:, None] * slopes, None, None, None
