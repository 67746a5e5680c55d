package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ParameterException;

class ReloadTest {
  private static final String SERVER = "--server %s:443 --user " + Parsed.ID;

  @TempDir private Path folder;

  @Test
  void readsFilesAsTheyAreNow() throws IOException {
    Path file = write(SERVER.formatted("a.example"));
    Reload reload = new Reload(List.of("--attempts", "2", "@" + file), Map.of());
    assertThat(reload.read().settings().servers())
        .extracting(Server::tag)
        .containsExactly("a.example:443");

    write(SERVER.formatted("b.example") + "\n" + SERVER.formatted("c.example"));

    assertThat(reload.read().settings().servers())
        .extracting(Server::tag)
        .containsExactly("b.example:443", "c.example:443");
    assertThat(reload.read().settings().choice().attempts()).isEqualTo(2);
  }

  @Test
  void readsTheSameVariables() throws IOException {
    Path file = write("--attempts 1");
    Reload reload =
        new Reload(
            List.of("@" + file),
            Map.of("VMESS_PROXY_SERVER", "a.example:443", "VMESS_PROXY_USER", Parsed.ID));

    assertThat(reload.read().settings().servers()).hasSize(1);
  }

  @Test
  void refusesWhatTheStartWouldRefuse() throws IOException {
    Path file = write("--server nonsense --user " + Parsed.ID);

    assertThatThrownBy(new Reload(List.of("@" + file), Map.of())::read)
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("nonsense")
        .hasMessageNotContaining(Parsed.ID);
  }

  @Test
  void refusesAnOptionThatThereIsNot() throws IOException {
    Path file = write("--demo --nonsense");

    assertThatThrownBy(new Reload(List.of("@" + file), Map.of())::read)
        .isInstanceOf(ParameterException.class);
  }

  @Test
  void refusesAnotherCommand() throws IOException {
    for (String other : List.of("--help", "--version", "serve --inbound 127.0.0.1:1")) {
      Path file = write(other);

      assertThatThrownBy(new Reload(List.of("@" + file), Map.of())::read)
          .as(other)
          .isInstanceOf(SettingsException.class)
          .hasMessageContaining("expected: options of run");
    }
  }

  @Test
  void refusesAFileThatIsGone() throws IOException {
    Path file = write("--demo");
    Reload reload = new Reload(List.of("@" + file), Map.of());
    Files.delete(file);

    assertThatThrownBy(reload::read).isInstanceOf(RuntimeException.class);
  }

  @Test
  void refusesAFileThatIsAFolderNow() {
    assertThatThrownBy(new Reload(List.of("@" + folder), Map.of())::read)
        .isInstanceOf(SettingsException.class)
        .hasMessage("@%s: a directory (expected: a file of arguments)", folder);
  }

  private Path write(String arguments) throws IOException {
    return Files.writeString(folder.resolve("arguments"), arguments);
  }
}
