"""The TensorBoard plugin of kerasviz: reads captures and serves the tab.

Each room uses only the rooms before it: `contract` (what a log holds),
`reading` (gets it from TensorBoard), `findings` (what stands out), `digest`
(what is kept in memory), `serving` (HTTP), then `plugin` and `loader`.

Nothing in this package imports TensorFlow or `kerasviz_callbacks`.
"""

__all__ = ["contract"]
