package io.vmessproxy.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;

/**
 * An image made from this machine's own v2ray and nginx, with the libraries they are linked to and
 * nothing else: no registry is needed.
 */
public final class LocalImage {
  private static final int EXECUTABLE = 0100755;
  private static final Pattern LIBRARY = Pattern.compile("(/[^ ]+) \\(0x");
  private static final String PASSWD = "root:x:0:0::/:/\nnobody:x:65534:65534::/:/\n";

  private LocalImage() {}

  public static ImageFromDockerfile build() {
    Set<Path> files = new TreeSet<>();
    for (Path binary : List.of(Tool.V2RAY.path(), Tool.NGINX.path())) {
      files.add(binary);
      files.addAll(libraries(binary));
    }
    ImageFromDockerfile image = new ImageFromDockerfile("vmess-proxy-it:local", false);
    for (Path file : files) {
      // The place stays the linked one, also where a link led to the file.
      image.withFileFromTransferable("root" + file, content(file));
    }
    // nginx wants these directories.
    for (String empty : List.of("var/log/nginx/empty", "var/lib/nginx/empty", "tmp/empty")) {
      image.withFileFromString("root/" + empty, "");
    }
    return image
        .withFileFromString("root/etc/passwd", PASSWD)
        .withFileFromString("root/etc/group", "root:x:0:\nnogroup:x:65534:\n")
        .withFileFromString("Dockerfile", "FROM scratch\nCOPY root/ /\n");
  }

  private static Transferable content(Path file) {
    try {
      return Transferable.of(Files.readAllBytes(file), EXECUTABLE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<Path> libraries(Path binary) {
    Set<Path> found = new TreeSet<>();
    try (ManagedProcess ldd =
        ManagedProcess.start("ldd", List.of("ldd", binary.toString()), Map.of())) {
      ldd.awaitExit(Duration.ofSeconds(10));
      Matcher line = LIBRARY.matcher(ldd.out());
      while (line.find()) {
        found.add(Path.of(line.group(1)));
      }
    }
    return found;
  }
}
