package io.vmessproxy.it.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A look into another JVM from outside, with what every JDK has. */
public final class JvmView {
  private JvmView() {}

  /** How many live instances of each class there are, behind a collection. */
  public static Map<String, Long> instances(long pid, List<String> classes) throws IOException {
    Map<String, Long> counts = new LinkedHashMap<>();
    classes.forEach(name -> counts.put(name, 0L));
    for (String[] fields : histogram(pid)) {
      if (fields.length >= 4) {
        counts.computeIfPresent(fields[3], (name, none) -> Long.parseLong(fields[1]));
      }
    }
    return counts;
  }

  /** How many bytes of the heap live, but for arrays of int: the collector fills gaps with such. */
  public static long liveBytes(long pid) throws IOException {
    return histogram(pid).stream()
        .filter(fields -> fields.length >= 4 && fields[0].endsWith(":") && !fields[3].equals("[I"))
        .mapToLong(fields -> Long.parseLong(fields[2]))
        .sum();
  }

  private static List<String[]> histogram(long pid) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(jcmd, "" + pid, "GC.class_histogram").redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .toList();
  }

  /** How many threads the process has. */
  public static long threads(long pid) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return tasks.count();
    }
  }
}
