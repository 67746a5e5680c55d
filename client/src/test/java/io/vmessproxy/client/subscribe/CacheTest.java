package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.settings.SubscriptionSource;
import io.vmessproxy.client.settings.SubscriptionUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CacheTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
  private static final SubscriptionUrl URL = url("https://al:secret1@a.example/secret2?t=secret3");
  private static final Map<String, String> HEADERS =
      Map.of("etag", "\"1\"", "profile-title", "Дом: a", "subscription-userinfo", "total=1");

  @TempDir Path home;
  private Path directory;
  private Cache cache;

  @BeforeEach
  void set() {
    directory = home.resolve("deep/vmess-proxy");
    cache = new Cache(directory);
  }

  @Test
  void givesBackWhatItWasGiven() {
    byte[] body = {0, '\n', '\n', -1, 'x'};
    cache.store(URL, new Cached(NOW, HEADERS, body));

    Cached loaded = cache.load(URL).orElseThrow();

    assertThat(loaded.fetched()).isEqualTo(NOW);
    assertThat(loaded.headers()).isEqualTo(HEADERS);
    assertThat(loaded.body()).isEqualTo(body);
    assertThat(cache.load(url("https://a.example/other"))).isEmpty();
  }

  @Test
  void isForItsOwnerAlone() throws IOException {
    cache.store(URL, answer("x"));
    cache.store(URL, answer("y"));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(files())
        .hasSize(1)
        .allSatisfy(
            file ->
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------"));
    assertThat(cache.load(URL).orElseThrow().body()).asString().isEqualTo("y");
  }

  @Test
  void holdsNoPartOfTheUrl() throws IOException {
    cache.store(URL, answer("x"));

    Path file = files().get(0);
    assertThat(file.getFileName().toString()).matches("[0-9a-f]{40}\\.subscription");
    assertThat(Files.readString(file)).doesNotContain("a.example", "secret");
  }

  @Test
  void keepsOfTheHeadersOnlyWhatItNeeds() {
    cache.store(
        URL,
        new Cached(
            NOW,
            Map.of(
                "set-cookie", "a=b",
                "etag", "x\r\nsha256: 0",
                "announce", "x".repeat(5000),
                "last-modified", "then"),
            new byte[0]));

    assertThat(cache.load(URL).orElseThrow().headers()).isEqualTo(Map.of("last-modified", "then"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30, 60, 120, 170, 200})
  void aFileThatIsCutShortIsAsGoodAsNone(int length) throws IOException {
    cache.store(URL, new Cached(NOW, HEADERS, "x".repeat(100).getBytes(StandardCharsets.UTF_8)));
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole.length).isGreaterThan(200);

    Files.write(file, Arrays.copyOf(whole, length));

    assertThat(cache.load(URL)).isEmpty();
  }

  @Test
  void aFileWithAnyOtherByteIsAsGoodAsNoneOrTheSameBody() throws IOException {
    cache.store(URL, answer("body"));
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] other = whole.clone();
      other[i] ^= 1;
      Files.write(file, other);

      cache.load(URL).ifPresent(loaded -> assertThat(loaded.body()).asString().isEqualTo("body"));
    }
  }

  @Test
  void aFileThatIsTooLargeIsAsGoodAsNone() throws IOException {
    cache.store(URL, answer("x"));
    Files.write(files().get(0), new byte[Cached.MAX_BYTES + 1]);

    assertThat(cache.load(URL)).isEmpty();
  }

  @Test
  void aDirectoryWhereOthersMayWriteIsNotTrusted() throws IOException {
    cache.store(URL, answer("x"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));

    assertThat(cache.load(URL)).isEmpty();
    cache.store(URL, answer("y"));

    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    assertThat(cache.load(URL).orElseThrow().body()).asString().isEqualTo("x");
  }

  @Test
  void aLinkToAnotherFileIsNotFollowed() throws IOException {
    cache.store(URL, answer("x"));
    Path file = files().get(0);
    Path elsewhere = home.resolve("elsewhere");
    Files.move(file, elsewhere);
    Files.createSymbolicLink(file, elsewhere);
    String before = Files.readString(elsewhere);

    try (StandardError log = new StandardError()) {
      assertThat(cache.load(URL)).isEmpty();
      assertThat(log.text()).contains("symbolic link").doesNotContain("FileSystem");
    }
    cache.store(URL, answer("y"));

    assertThat(cache.load(URL).orElseThrow().body()).asString().isEqualTo("y");
    assertThat(Files.readString(elsewhere)).isEqualTo(before);
  }

  @Test
  void worksWithoutADirectoryAndWhereThereCanBeNone() throws IOException {
    Files.writeString(home.resolve("file"), "");
    for (Cache none : List.of(new Cache(null), new Cache(home.resolve("file/below")))) {
      none.store(URL, answer("x"));

      assertThat(none.load(URL)).isEmpty();
    }
  }

  @Test
  void theOldestGoWhenThereAreTooMany() throws IOException {
    cache.store(URL, answer("old"));
    Files.setLastModifiedTime(files().get(0), FileTime.from(Instant.EPOCH));
    Files.writeString(directory.resolve("not ours"), "");
    for (int i = 0; i < 64; i++) {
      cache.store(url("https://a.example/" + i), answer("x"));
    }

    assertThat(cache.load(URL)).isEmpty();
    assertThat(cache.load(url("https://a.example/0"))).isPresent();
    assertThat(files()).hasSize(64 + 1);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  private static Cached answer(String body) {
    return new Cached(NOW, Map.of(), body.getBytes(StandardCharsets.UTF_8));
  }

  private static SubscriptionUrl url(String text) {
    return (SubscriptionUrl) SubscriptionSource.read("--subscribe", text);
  }
}
