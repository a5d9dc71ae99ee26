import { faultTable } from './fixtures.ts';
import { failingNodes, fullTargets } from './io-errors.ts';
import { eventStorms, otherClients } from './other-clients.ts';
import { cutSockets, endedQemus, killedQemus, stoppedQemus } from './process-faults.ts';

faultTable();
fullTargets();
failingNodes();
killedQemus();
endedQemus();
stoppedQemus();
cutSockets();
otherClients();
eventStorms();
