"""What the three trainings share: one or two processes, learning rate, averaged weights, checkpoints, the curve.

The work of a step is drawn from (seed, step, rank) alone, so a resumed training sees what an unbroken one would.
"""

import argparse
import csv
import os
import pathlib
import time
from collections.abc import Callable

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from safetensors.torch import load_file
from torch import nn


def arguments(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--cache", type=pathlib.Path, required=True, help="folder that cache.py filled")
    parser.add_argument("--state", type=pathlib.Path, required=True, help="file to resume from and to save to")
    parser.add_argument("--start", type=pathlib.Path, help="model.safetensors to begin with, when there is no state yet")
    parser.add_argument("--curve", type=pathlib.Path, required=True, help="CSV to append to")
    parser.add_argument("--steps", type=int, required=True, help="steps in all, resumed ones included")
    parser.add_argument("--decay", type=int, default=0, help="the last so many steps bring the learning rate to zero")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=16, help="of each process")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--every", type=int, default=250, help="steps between checkpoints")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bfloat16", action="store_true", help="matrix products in bfloat16: faster where the CPU has them")
    return parser.parse_args()


def shards(cache: pathlib.Path) -> list[pathlib.Path]:
    """The cache's finished folders to train on."""
    return sorted(file.parent for file in cache.glob("*/tiles-labels.json") if file.parent.name != "judge")


def learning_rate(step: int, options: argparse.Namespace, warmup: int = 200) -> float:
    """Linear warmup, constant, linear decay."""
    left = options.steps - step
    return options.rate * min(1.0, (step + 1) / warmup, left / options.decay if options.decay else 1.0)


def average_gradients(model: nn.Module, processes: int) -> None:
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    dist.all_reduce(flat)
    for gradient, mean in zip(gradients, (flat / processes).split([g.numel() for g in gradients])):
        gradient.copy_(mean.view_as(gradient))


def make_optimisers(model: nn.Module, options: argparse.Namespace) -> list[torch.optim.Optimizer]:
    """Muon for the matrices of transformer layers, AdamW for the rest, at one learning rate."""
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    inner = [p for name, p in named if "layers." in name and p.ndim == 2]
    taken = {id(p) for p in inner}
    others = [p for _, p in named if id(p) not in taken]
    groups = [
        {"params": [p for p in others if p.ndim > 1], "weight_decay": 0.02},
        {"params": [p for p in others if p.ndim <= 1], "weight_decay": 0.0},
    ]
    optimisers = [torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98), fused=True)]
    if inner:
        muon = torch.optim.Muon(inner, lr=options.rate, weight_decay=0.02, adjust_lr_fn="match_rms_adamw")
        optimisers.append(muon)
    return optimisers


def work(rank: int, make: Callable, options: argparse.Namespace) -> None:
    """One process of a training. `make(options)` gives (model, loss(step, rank) -> (loss, parts), judge(model))."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    if options.processes > 1:
        os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
        os.environ.setdefault("MASTER_PORT", "29517")
        dist.init_process_group("gloo", rank=rank, world_size=options.processes)

    model, loss_of, judge = make(options)
    optimisers = make_optimisers(model, options)
    if options.start is not None:
        _, unknown = model.load_state_dict(load_file(options.start), strict=False)
        if unknown:
            raise ValueError(f"{options.start} holds {unknown[0]}, which the model does not have")
    average = {name: value.clone() for name, value in model.state_dict().items()}
    step, seconds = 0, 0.0
    if options.state.exists():
        saved = torch.load(options.state, weights_only=True)
        model.load_state_dict(saved["model"])
        for optimiser, state in zip(optimisers, saved["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        average, step, seconds = saved["average"], saved["step"], saved["seconds"]

    sums: dict[str, float] = {}
    last, since = time.monotonic(), step
    while step < options.steps:
        for group in [group for optimiser in optimisers for group in optimiser.param_groups]:
            group["lr"] = learning_rate(step, options)
        torch.manual_seed((options.seed * 1_000_003 + step) * 16 + rank)
        model.train()
        with torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16):
            loss, parts = loss_of(step, rank)
        model.zero_grad(set_to_none=True)
        loss.backward()
        if options.processes > 1:
            average_gradients(model, options.processes)
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        keep = min(0.99, step / (step + 20))
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                average[name].lerp_(value, 1 - keep)
            else:
                average[name].copy_(value)
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value)
        if rank == 0 and (step % options.every == 0 or step == options.steps):
            now = time.monotonic()
            seconds, last = seconds + now - last, now
            row = {"step": step, "seconds": round(seconds)}
            row |= {name: round(value / (step - since), 4) for name, value in sums.items()}
            live = {name: value.clone() for name, value in model.state_dict().items()}
            model.load_state_dict(average)
            model.eval()
            with torch.inference_mode():
                row |= {name: round(float(value), 4) for name, value in judge(model).items()}
            model.load_state_dict(live)
            sums, since = {}, step
            save(options, model, optimisers, average, step, seconds)
            append(options.curve, row)
            print(" ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    if options.processes > 1:
        dist.barrier()
        dist.destroy_process_group()


def save(options, model, optimisers, average, step: int, seconds: float) -> None:
    """Written beside and moved, so that a stop in between loses nothing."""
    options.state.parent.mkdir(parents=True, exist_ok=True)
    beside = options.state.with_suffix(".new")
    optimisers = [optimiser.state_dict() for optimiser in optimisers]
    state = {"model": model.state_dict(), "optimisers": optimisers, "average": average}
    torch.save(state | {"step": step, "seconds": seconds}, beside)
    beside.replace(options.state)


def append(path: pathlib.Path, row: dict) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, row.keys())
        if new:
            writer.writeheader()
        writer.writerow(row)


def run(make: Callable, options: argparse.Namespace) -> None:
    if options.processes == 1:
        work(0, make, options)
    else:
        mp.spawn(work, (make, options), nprocs=options.processes)
