/** The reference meter file: hourly from 2025-01-15 08:00 UTC. */
export const referenceMeterData = { startMs: Date.UTC(2025, 0, 15, 8), hours: 8_739, seed: 1 } as const;

/** Least and most of its hours; the most is ten years. */
export const meterHoursBounds = [1, 87_660] as const;
