package io.vmessproxy.common.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every fuzz target of a module with the inputs that are kept for it: whole samples to start
 * from, and those that once made it fail. They are the files in {@code
 * src/test/resources/fuzz/TARGET}.
 */
@Timeout(30)
class FuzzedInputsTest {
  private static final String SUFFIX = "Fuzzer.class";

  static Stream<Arguments> inputs() throws Exception {
    return targets()
        .flatMap(target -> inputsOf(target).stream().map(input -> Arguments.of(target, input)));
  }

  static Stream<String> targets() throws Exception {
    Path classes = testClasses();
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX))
          .map(classes::relativize)
          .toList()
          .stream()
          .map(file -> file.toString().replace(".class", "").replace('/', '.'));
    }
  }

  private static Path testClasses() throws URISyntaxException {
    return Path.of(
        FuzzedInputsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static List<Path> inputsOf(String target) {
    String name = target.substring(target.lastIndexOf('.') + 1);
    try (Stream<Path> files = Files.list(testClasses().resolve("fuzz").resolve(name))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no inputs for " + target, e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("inputs")
  void takesAKeptInput(String target, Path input) throws Throwable {
    MethodHandle fuzzer =
        MethodHandles.lookup()
            .findStatic(
                Class.forName(target),
                "fuzzerTestOneInput",
                MethodType.methodType(void.class, byte[].class));

    fuzzer.invokeExact(Files.readAllBytes(input));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void everyTargetHasInputs(String target) {
    assertThat(inputsOf(target)).isNotEmpty();
  }
}
