package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(120)
class OutOfDescriptorsTest {
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void isTheFailureOfSocketsAndOfLookUpsWhereThereAreNoDescriptors() throws Exception {
    Process program =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 200 && exec \"$@\"",
                "few",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FewDescriptors.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      List<String> said = lines(program);

      assertThat(said)
          .containsExactly(
              "before connected connected UnknownHostException",
              "full OutOfDescriptors OutOfDescriptors OutOfDescriptors",
              "after connected connected UnknownHostException");
    } finally {
      program.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static List<String> lines(Process program) throws IOException {
    return new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }
}
