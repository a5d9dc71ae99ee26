import { withJob } from '../graph/change.ts';
import { fileKey, fileNamed, withFile } from '../graph/files.ts';
import type { BlockGraph, BlockJob, ImageFile } from '../graph/graph.ts';
import { isObject } from '../qmp/json.ts';
import { Arguments, type CommandModel } from './define.ts';
import { checkJobId } from './jobs/start-job.ts';

/** Formats an image in a job that is never dismissed by itself; the nodes stay as they are. */
export const blockdevCreate: CommandModel = {
  name: 'blockdev-create',
  apply(graph, args) {
    const id = args.text('job-id');
    const wrong = checkJobId(graph, args);
    if (wrong || id === undefined) return wrong ?? graph;
    const makes = imageOf(graph, new Arguments(args.value('options')));
    return withJob(graph, {
      id,
      type: 'create',
      status: 'running',
      autoFinalize: true,
      autoDismiss: false,
      on: {},
      ...(makes ? { makes } : {}),
    });
  },
};

/**
 * The graph once a create job has ended: its file is as it was to be. After a failure nobody can say what is in it; where
 * all files are known, it is taken to be as it was.
 */
export function settleCreated(graph: BlockGraph, { makes, ending }: BlockJob): BlockGraph {
  if (!makes) return graph;
  if (ending !== 'abort') return withFile(graph, makes);
  if (graph.filesComplete || !fileNamed(graph, makes.filename)) return graph;
  return withFile(graph, { filename: makes.filename });
}

function imageOf(graph: BlockGraph, options: Arguments): ImageFile | undefined {
  const driver = options.text('driver');
  const isFile = driver === 'file' || driver === 'host_device';
  const filename = isFile ? options.text('filename') : filenameOf(graph, options.value('file'));
  if (driver === undefined || filename === undefined || fileKey(filename) === undefined) return undefined;
  const size = options.integer('size');
  const sized = size === undefined ? {} : { size };
  if (isFile) return { filename, format: 'raw', backing: null, bitmaps: [], ...sized };
  const clusterSize = options.integer('cluster-size') ?? (driver === 'qcow2' ? 65536 : undefined);
  const backingFormat = options.text('backing-fmt');
  return {
    filename,
    format: driver,
    bitmaps: [],
    ...sized,
    ...(clusterSize === undefined ? {} : { clusterSize }),
    ...backing(options),
    ...(backingFormat === undefined ? {} : { backingFormat }),
  };
}

function backing(options: Arguments): Pick<ImageFile, 'backing'> {
  const name = options.text('backing-file');
  if (name !== undefined) return { backing: name };
  return options.has('backing-file') ? {} : { backing: null };
}

function filenameOf(graph: BlockGraph, file: unknown): string | undefined {
  if (typeof file === 'string') return graph.nodes.get(file)?.filename;
  if (!isObject(file)) return undefined;
  return new Arguments(file).text('filename') ?? filenameOf(graph, file['file']);
}
