import { expect, test } from 'vitest';
import { readHolds } from '../../src/runner/job-record.ts';

const job = (device: string, status: string, members = {}) => ({
  device,
  status,
  'io-status': 'ok',
  ...members,
});

test('a job that passes through pending is held by nothing', () => {
  expect([...readHolds([job('j', 'pending', { 'auto-finalize': true })])]).toEqual([]);
});

test('one that waits to be finalized holds those that are pending with it, and no other', () => {
  const jobs = [
    job('j', 'pending', { 'auto-finalize': true }),
    job('k', 'pending', { 'auto-finalize': false }),
    job('l', 'running', { 'auto-finalize': false }),
    job('m', 'paused', { 'io-status': 'nospace' }),
  ];
  expect([...readHolds(jobs)]).toEqual([
    ['j', 'finalize'],
    ['k', 'finalize'],
    ['m', 'nospace'],
  ]);
});
