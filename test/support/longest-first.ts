import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The folders whose tests run whole programs on many QEMUs, minutes of them in one file. */
const LONG = /\/test\/(documents|durable|recovery|cli|faults)\//;

/** Begins with what takes long, so that at the end every worker has something short to do. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))];
  }
}
