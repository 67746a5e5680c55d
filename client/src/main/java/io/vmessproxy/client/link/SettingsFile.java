package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of settings, read whole: UTF-8, 1 MiB at most. */
final class SettingsFile {
  private static final int MAX_BYTES = 1 << 20;

  private SettingsFile() {}

  /**
   * The file's text.
   *
   * @throws SettingsException if it cannot be read, is too large or no text
   */
  static String read(String name) {
    String shown = '"' + Masked.plain(name) + '"';
    try {
      Path file = Path.of(name);
      if (name.isEmpty() || Files.isDirectory(file)) {
        throw new SettingsException(shown + " is no file (expected: a file's name, or JSON)");
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MAX_BYTES + 1);
      }
      checkSize(shown, bytes.length);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new SettingsException(
          shown + ": no such file (expected: a file's name, or JSON that begins with { or [)");
    } catch (AccessDeniedException e) {
      throw new SettingsException(shown + ": permission denied (expected: a readable file)");
    } catch (CharacterCodingException e) {
      throw new SettingsException(shown + " is not UTF-8 text (expected: a JSON file)");
    } catch (IOException e) {
      throw new SettingsException(
          shown + ": cannot be read: " + e.getMessage() + " (expected: a readable file)");
    }
  }

  /** Refuses what is larger than any list of servers. */
  static void checkSize(String what, int size) {
    if (size > MAX_BYTES) {
      throw new SettingsException(what + ": too large (expected: at most 1 MiB)");
    }
  }
}
