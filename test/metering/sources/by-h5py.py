"""Makes by-h5py.h5: series as h5py writes them and h5wasm cannot. Run with h5py and numpy installed."""

from pathlib import Path

import h5py
import numpy as np

hours = np.arange(48)
rows = np.stack([1736928000 + 3600 * hours, 100 + hours], axis=1)

with h5py.File(Path(__file__).with_suffix(".h5"), "w") as file:

    def power(path, data, **options):
        file.create_dataset(f"meters/{path}/power", data=data, **options)

    power("meter_1/load_0", rows.astype("<f8"), chunks=(10, 2), compression="gzip", shuffle=True)
    power("meter_1/load_1", rows.astype(">f8"))
    power("meter_1/load_2", rows.astype("<f4"))
    power("meter_1/load_3", rows.astype("<i8"), chunks=(7, 1), compression="gzip")
    power("meter_1/load_4", rows.astype(">i4"))
    power("meter_1/load_5", rows.astype(">u8"), chunks=(48, 2), fletcher32=True)
    power("meter_2/load_0", rows.astype("<f8"), chunks=(10, 2), compression="lzf")
    power("meter_2/load_1", np.array([[(1.0, 2.0), (3.0, 4.0)]], dtype=[("time", "<f8"), ("watts", "<f8")]))
    power("meter_2/load_2", np.array([["1736928000", "100"]], dtype="S10"))
    power("meter_2/load_3", rows.astype("<f2"))
    power("meter_2/load_4", rows.astype("<f8"), chunks=(10, 2), compression="gzip")

    # The second chunk of this one is damaged.
    chunk = file["meters/meter_2/load_4/power"].id.get_chunk_info(1)

path = Path(__file__).with_suffix(".h5")
content = bytearray(path.read_bytes())
content[chunk.byte_offset + 4 : chunk.byte_offset + 20] = bytes(16)
path.write_bytes(content)
