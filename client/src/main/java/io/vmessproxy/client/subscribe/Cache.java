package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.settings.SubscriptionUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last good answers on disk: a file for each URL, named by a hash of it, for the owner alone.
 * What goes wrong is logged, and costs the cache only.
 */
final class Cache {
  private static final Logger LOG = LoggerFactory.getLogger(Cache.class);
  private static final String SUFFIX = ".subscription";
  private static final int HASH_DIGITS = 40;
  // Subscriptions come and go; what nobody asks for is not kept for ever.
  private static final int MAX_FILES = 64;
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final @Nullable Path directory;

  /**
   * @param directory null: nothing is kept
   */
  Cache(@Nullable Path directory) {
    this.directory = directory;
  }

  /** What was kept of a subscription. */
  Optional<Cached> load(SubscriptionUrl url) {
    if (directory == null || !Files.isDirectory(directory)) {
      return Optional.empty();
    }
    Path file = file(directory, url);
    try {
      requireOwn(directory);
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = in.readNBytes(Cached.MAX_BYTES + 1);
        if (bytes.length > Cached.MAX_BYTES) {
          throw new IOException("too large");
        }
        return Optional.of(Cached.decode(bytes));
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.warn("subscription {}: its cache is not used: {}", url.shown(), reason(e));
      return Optional.empty();
    }
  }

  /** Keeps an answer: whole or not at all, and for no other user to see, not even for a moment. */
  void store(SubscriptionUrl url, Cached answer) {
    if (directory == null) {
      return;
    }
    Path file = file(directory, url);
    try {
      Files.createDirectories(directory, mode("rwx------"));
      requireOwn(directory);
      Path part = Files.createTempFile(directory, "new", ".part", mode("rw-------"));
      try {
        try (OutputStream out = Files.newOutputStream(part)) {
          out.write(answer.encode());
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
      removeOldest(directory);
    } catch (IOException e) {
      LOG.warn(
          "subscription {}: not kept on disk in {}: {} (--cache-dir names another place)",
          url.shown(),
          directory,
          reason(e));
    }
  }

  private static Path file(Path directory, SubscriptionUrl url) {
    String hash = Cached.sha256(url.uri().toString().getBytes(StandardCharsets.UTF_8));
    return directory.resolve(hash.substring(0, HASH_DIGITS) + SUFFIX);
  }

  /** Who may write there chooses the servers. */
  private static void requireOwn(Path directory) throws IOException {
    if (posix()
        && Files.getPosixFilePermissions(directory).stream().anyMatch(OTHERS_WRITE::contains)) {
      throw new IOException("others may write in its directory (expected: mode 700)");
    }
  }

  private static FileAttribute<?>[] mode(String mode) {
    return posix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean posix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  private static void removeOldest(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.toString().endsWith(SUFFIX)).toList();
    }
    if (files.size() > MAX_FILES) {
      List<Path> oldest = files.stream().sorted(Comparator.comparing(Cache::modified)).toList();
      for (Path file : oldest.subList(0, files.size() - MAX_FILES)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // Gone meanwhile.
    }
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException plain && plain.getReason() != null) {
      return plain.getReason();
    }
    return e instanceof FileSystemException
        ? e.getClass().getSimpleName().replace("Exception", "")
        : String.valueOf(e.getMessage());
  }
}
