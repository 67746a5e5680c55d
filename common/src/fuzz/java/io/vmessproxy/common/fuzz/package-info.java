/**
 * What the fuzz targets of both modules share. A target is a class {@code *Fuzzer} beside the tests
 * of the package that it feeds, with a {@code fuzzerTestOneInput(byte[])}; {@code scripts/fuzz}
 * searches for inputs that make one throw, and {@link io.vmessproxy.common.fuzz.FuzzedInputsTest}
 * runs all with the inputs that were kept. Start at {@link io.vmessproxy.common.fuzz.FuzzInput}.
 * Knows nothing of what is fuzzed.
 */
@NullMarked
package io.vmessproxy.common.fuzz;

import org.jspecify.annotations.NullMarked;
