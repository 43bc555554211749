"""Every method as its paper writes it, in plain loops over one image.

`a` and `g` are the activation and its gradient, (h, w, c) float64; what comes
out is the map before ReLU, (h, w).
"""

import numpy as np


def grad_cam(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    return sum(g[..., c].mean() * a[..., c] for c in range(a.shape[-1]))


def hires_cam(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    return (a * g).sum(-1)


def grad_cam_plus_plus(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    total = np.zeros(a.shape[:2])
    for c in range(a.shape[-1]):
        below = 2 * g[..., c] ** 2 + a[..., c].sum() * g[..., c] ** 3
        alpha = np.zeros(below.shape)
        np.divide(g[..., c] ** 2, below, out=alpha, where=below != 0)
        total += (alpha * np.maximum(g[..., c], 0)).sum() * a[..., c]
    return total


def layer_cam(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    return (np.maximum(g, 0) * a).sum(-1)


def x_grad_cam(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    weights = [
        (a[..., c] / a[..., c].sum() * g[..., c]).sum()
        for c in range(a.shape[-1])
    ]
    return a @ np.array(weights)


def eigen_cam(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    matrix = a.reshape(-1, a.shape[-1])
    _, _, right = np.linalg.svd(matrix, full_matrices=False)
    found = (matrix @ right[0]).reshape(a.shape[:2])
    return found * np.sign(found.sum())


PLAIN = {
    method.__name__: method
    for method in (
        grad_cam,
        hires_cam,
        grad_cam_plus_plus,
        layer_cam,
        x_grad_cam,
        eigen_cam,
    )
} | {"fused_cam": grad_cam}  # of the last map; `test_finer` has the finer one
