package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionFile;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import io.vmessproxy.client.settings.SubscriptionSource;
import io.vmessproxy.client.settings.SubscriptionUrl;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: what is known of it, and how to know more. One thread at a time refreshes it;
 * any may look.
 */
final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final String FRESH = "";
  // A quota of so long ago is still one of now.
  private static final Duration NEW = Duration.ofMinutes(10);

  private final Place place;
  private final Fetcher fetcher;
  private final BodyReader reader;
  private final Cache cache;
  private final Schedule schedule;
  private final boolean mayAskDirectly;
  private final Clock clock;
  private final FeedReport report;
  private volatile List<Server> servers = List.of();
  private Map<String, String> comments = Map.of();
  private volatile Profile profile = Profile.NONE;
  private volatile @Nullable Cached known;
  private volatile @Nullable SubscriptionException failure;
  private int failures;

  Feed(
      Place place,
      Fetcher fetcher,
      BodyReader reader,
      Cache cache,
      Schedule schedule,
      boolean mayAskDirectly,
      Clock clock) {
    this.place = place;
    this.fetcher = fetcher;
    this.reader = reader;
    this.cache = cache;
    this.schedule = schedule;
    this.mayAskDirectly = mayAskDirectly;
    this.clock = clock;
    this.report = new FeedReport(name(), place.source()::scrub);
  }

  Place place() {
    return place;
  }

  private String name() {
    return place.source().shown();
  }

  /** Until something newer comes, its servers are those of this one, which goes. */
  void takeOver(Feed gone) {
    if (servers.isEmpty()) {
      servers = gone.servers;
    }
  }

  /** Those of the last good answer; empty if there never was one. */
  List<Server> servers() {
    return servers;
  }

  /** Why the last refresh failed; null if it did not. */
  @Nullable SubscriptionException failure() {
    return failure;
  }

  /**
   * Takes what is on disk: the file, or the cache of a URL.
   *
   * @throws SettingsException if the file holds no server
   */
  void begin() {
    SubscriptionSource source = place.source();
    if (source instanceof SubscriptionFile file) {
      try {
        read(file);
      } catch (SubscriptionException e) {
        throw new SettingsException(SubscriptionSource.SUBSCRIBE + ": " + e.getMessage());
      }
    } else if (source instanceof SubscriptionUrl url) {
      if (url.readable()) {
        LOG.warn(
            "subscription {}: everybody on the way can read what http fetches (https, if the"
                + " provider has it)",
            name());
      }
      Optional<Cached> kept = cache.load(url);
      if (kept.isPresent()) {
        beginWith(kept.get());
      }
    }
  }

  private void beginWith(Cached kept) {
    try {
      take(kept, " from the cache, fetched %s ago".formatted(Schedule.text(age(kept))));
    } catch (SubscriptionException e) {
      LOG.warn("{}: its cache is not used", e.getMessage());
    }
  }

  private Duration age(Cached answer) {
    return Duration.between(answer.fetched(), clock.instant());
  }

  /** How long to wait from now until the next refresh. */
  Duration untilNext() {
    if (failures > 0) {
      return schedule.afterFailure(profile, failures);
    }
    if (place.source() instanceof SubscriptionFile) {
      return schedule.afterSuccess(profile, Duration.ZERO);
    }
    Cached answer = known;
    return answer == null ? Duration.ZERO : schedule.afterSuccess(profile, age(answer));
  }

  /**
   * Asks for the newest servers; what goes wrong changes nothing, and {@link #warn} tells it.
   *
   * @param others whether there are servers to fetch it through
   */
  void refresh(boolean others) throws InterruptedException {
    try {
      if (place.source() instanceof SubscriptionFile file) {
        read(file);
      } else if (place.source() instanceof SubscriptionUrl url) {
        fetch(url, others);
      }
      failures = 0;
      failure = null;
    } catch (SubscriptionException e) {
      failed(e);
    } catch (RuntimeException e) {
      // Its message may repeat what it was given.
      RuntimeException stripped = new IllegalStateException(e.getClass().getName());
      stripped.setStackTrace(e.getStackTrace());
      LOG.error("subscription {}: a mistake of this program", name(), stripped);
      failed(new SubscriptionException(name(), "INTERNAL", "a mistake of this program", ""));
    }
  }

  private void failed(SubscriptionException e) {
    failures++;
    failure = e;
  }

  /** Logs that the last refresh failed, if it did, and when the next one is. */
  void warn() {
    SubscriptionException e = failure;
    if (e == null) {
      return;
    }
    int left = servers.size();
    LOG.warn(
        "{}; {}next attempt in {}",
        e.getMessage(),
        left == 0 ? "" : "in use: " + FeedReport.count(left, "server") + since() + ", ",
        Schedule.text(untilNext()));
  }

  private String since() {
    Cached answer = known;
    return answer == null ? "" : " fetched " + Schedule.text(age(answer)) + " ago";
  }

  private void fetch(SubscriptionUrl url, boolean others)
      throws SubscriptionException, InterruptedException {
    if (!others) {
      LOG.info(
          "subscription {}: fetching directly, for there is no server yet to fetch it through",
          name());
      keep(url, fetcher.direct(url, known));
      return;
    }
    try {
      keep(url, fetcher.throughServers(url, known));
    } catch (SubscriptionException e) {
      if (!mayAskDirectly) {
        throw e.getCause() == null
            ? e
            : new SubscriptionException(
                name(), e.code(), e.evidence(), "--subscribe-direct asks past the servers, too");
      }
      LOG.info("{}; fetching directly", e.getMessage());
      keep(url, fetcher.direct(url, known));
    }
  }

  /** Only what can be used is kept. */
  private void keep(SubscriptionUrl url, Cached answer) throws SubscriptionException {
    take(answer, FRESH);
    cache.store(url, answer);
  }

  private void take(Cached answer, String from) throws SubscriptionException {
    Cached before = known;
    if (before == null || !Arrays.equals(before.body(), answer.body())) {
      use(answer.body(), from);
    }
    // A provider on plain storage writes into the body what it cannot put into headers.
    Map<String, String> headers = new HashMap<>(comments);
    headers.putAll(answer.headers());
    profile = Profile.of(headers, place.source()::scrub);
    known = answer;
  }

  private void use(byte[] body, String from) throws SubscriptionException {
    BodyReader.Read read;
    try {
      read = reader.read(body).with(server -> place.options().apply(withoutSecrets(server)));
    } catch (LinkException e) {
      throw new SubscriptionException(
          name(),
          e.code(),
          StrangersText.line(place.source().scrub(String.valueOf(e.getMessage()))),
          "");
    }
    List<Server> before = servers;
    report.loaded(read, Changes.between(before, read.servers()), before.isEmpty(), from);
    servers = read.servers();
    comments = read.comments();
  }

  /** Its name is logged. */
  private Server withoutSecrets(Server server) {
    String tag = place.source().scrub(server.tag());
    return tag.equals(server.tag())
        ? server
        : new Server(
            tag, server.address(), server.users(), server.mux(), server.udpMode(), server.stream());
  }

  private void read(SubscriptionFile file) throws SubscriptionException {
    byte[] body;
    try (InputStream in = Files.newInputStream(file.path())) {
      body = in.readNBytes(Fetcher.MAX_BODY_BYTES + 1);
    } catch (IOException e) {
      throw new SubscriptionException(
          name(), "FILE", "cannot be read: " + e.getClass().getSimpleName(), "is it still there?");
    }
    if (body.length > Fetcher.MAX_BODY_BYTES) {
      throw new SubscriptionException(name(), "TOO_LARGE", "more than 10 MiB", "");
    }
    use(body, FRESH);
    profile = Profile.of(comments, text -> text);
  }

  /** What people may want to know of it, one line each: quota, announcements, its age. */
  List<String> notes() {
    Cached answer = known;
    boolean old = answer != null && age(answer).compareTo(NEW) > 0;
    List<String> notes = new ArrayList<>();
    for (String note : profile.notes(clock.instant())) {
      String age = old ? " (" + Schedule.text(age(answer)) + " ago)" : "";
      notes.add("subscription " + name() + ": " + note + age);
    }
    SubscriptionException failed = failure;
    if (failed != null) {
      notes.add(
          failed.getMessage() + (servers.isEmpty() ? "" : "; used are its servers" + since()));
    }
    return notes;
  }
}
