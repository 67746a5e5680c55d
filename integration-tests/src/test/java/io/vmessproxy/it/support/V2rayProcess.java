package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The v2ray of this machine as a process. */
final class V2rayProcess {
  private V2rayProcess() {}

  /**
   * Starts it and waits until it is ready.
   *
   * @param legacy whether, as a server, it takes legacy headers
   */
  static ManagedProcess start(String name, String config, boolean legacy) {
    try {
      Path file = Files.createTempFile(name, ".json");
      Files.writeString(file, config);
      ManagedProcess process =
          ManagedProcess.start(
              name,
              List.of(Tool.V2RAY.path().toString(), "-config", file.toString()),
              Map.of("V2RAY_VMESS_AEAD_FORCED", Boolean.toString(!legacy)));
      try {
        process.awaitLines(" started", 1);
      } catch (AssertionError e) {
        process.close();
        throw e;
      } finally {
        Files.delete(file);
      }
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
