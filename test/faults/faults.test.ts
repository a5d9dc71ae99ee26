import { faultTable } from './fixtures.ts';
import { failingNodes, fullTargets } from './io-errors.ts';

faultTable();
fullTargets();
failingNodes();
