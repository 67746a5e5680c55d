package io.vmessproxy.it.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** What some tests need and not every machine has. */
public enum Tool {
  V2RAY("v2ray"),
  NGINX("nginx"),
  CHROMIUM("chromium"),
  CHROMEDRIVER("chromedriver"),
  DOCKER("") {
    @Override
    Optional<String> missing() {
      return DockerClientFactory.instance().isDockerAvailable()
          ? Optional.empty()
          : Optional.of("no Docker engine answers");
    }
  };

  private final String command;

  Tool(String command) {
    this.command = command;
  }

  /** Where it is; only for tools that are commands. */
  public Path path() {
    return find().orElseThrow(() -> new IllegalStateException(missing().orElse(command)));
  }

  /** Why it cannot be used, or nothing when it can. */
  Optional<String> missing() {
    return find().isPresent()
        ? Optional.empty()
        : Optional.of(command + " is not on the PATH (Debian: apt-get install it)");
  }

  private Optional<Path> find() {
    // Debian keeps servers where only root's PATH looks.
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(":", -1)), List.of("/usr/sbin").stream())
        .map(directory -> Path.of(directory, command))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
