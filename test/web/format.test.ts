import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  count,
  counted,
  distance,
  duration,
  localTime,
  percent,
  power,
  rate,
  short,
} from '../../src/web/format.ts';

test('a share says 100 % and 0 % only where it is so', () => {
  assert.equal(percent(1), '100 %');
  assert.equal(percent(0), '0 %');
  assert.equal(percent(116_411 / 116_412), '99.9 %');
  assert.equal(percent(1 / 116_412), '0.1 %');
  assert.equal(percent(0.5), '50.0 %');
  assert.equal(percent(null), '–');
});

test('counts have thousands, and the right word', () => {
  assert.equal(count(116_412), '116,412');
  assert.equal(count(null), '–');
  assert.equal(counted(1, 'load'), '1 load');
  assert.equal(counted(0, 'load'), '0 loads');
  assert.equal(short(9_999), '9,999');
  assert.equal(short(41_230_112), '41.2M');
  assert.equal(rate(742.44), '742');
  assert.equal(rate(14.24), '14.2');
});

test('lengths of time have their two largest units', () => {
  assert.equal(duration(12), '12 ms');
  assert.equal(duration(59_999), '59 s');
  assert.equal(duration(200_000), '3 min 20 s');
  assert.equal(duration(3_600_000), '1 h');
  assert.equal(duration(90_000_000), '1 d 1 h');
  assert.equal(duration(null), '–');
  assert.equal(duration(Number.POSITIVE_INFINITY), '–');
});

test('distances say which way', () => {
  assert.equal(distance(-200_000), '3 min ago');
  assert.equal(distance(7_200_001), 'in 2 h');
  assert.equal(distance(400), 'now');
});

test('power is in W, kW and MW', () => {
  assert.equal(power(988.8), '988.8 W');
  assert.equal(power(-3_500), '-3.5 kW');
  assert.equal(power(2_000_000), '2 MW');
  assert.equal(power(null), '–');
});

test('a time of another year says which', () => {
  const year = new Date().getFullYear();
  assert.equal(localTime(new Date(year, 0, 15, 8, 5).getTime()), '15 Jan, 08:05');
  assert.equal(localTime(new Date(year - 1, 0, 15, 8, 5).getTime()), `15 Jan ${year - 1}, 08:05`);
});
