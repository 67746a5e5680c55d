package io.vmessproxy.client.check;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.fetch.Connector;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.fetch.HttpGet.Answer;
import io.vmessproxy.client.fetch.HttpGet.Request;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.TransportException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The last stage: fetches the URL through a server that takes the user. On one event loop. */
final class TargetCheck {
  static final String STAGE = "target";

  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_REDIRECTS = 4;
  private static final Map<String, String> HEADERS =
      Map.of("User-Agent", "vmess-proxy", "Accept", "*/*");
  private static final String OTHER_URL =
      "the server takes you, but not to this target: try another one with --url";

  private final HttpGet get;
  private final URI url;
  private final Duration timeout;
  private final EventLoop loop;

  /**
   * @param server opens streams through it
   * @param timeout for the stream and the answer
   */
  TargetCheck(Connector server, URI url, Duration timeout, EventLoop loop) {
    this.get = new HttpGet(server);
    this.url = url;
    this.timeout = timeout;
    this.loop = loop;
  }

  /**
   * Tells {@code then} how long the first byte took, if one came, and the verdict.
   *
   * @param then called once, on the loop
   */
  void run(BiConsumer<@Nullable Duration, Verdict> then) {
    Future<Answer> getting = get.peek(request(0), loop);
    getting.addListener(
        got -> {
          if (!got.isSuccess()) {
            then.accept(null, verdict(got.cause()));
          } else {
            judge(getting.getNow(), then);
          }
        });
  }

  private void judge(Answer answer, BiConsumer<@Nullable Duration, Verdict> then) {
    if (TargetAnswer.isRight(url, answer)) {
      then.accept(answer.firstByte(), Verdict.WORKS);
    } else if (!TargetAnswer.isKnown(url)) {
      String evidence =
          "%s: answered %d".formatted(TargetAnswer.host(answer.url()), answer.status());
      then.accept(answer.firstByte(), target(evidence));
    } else {
      follow(answer, then);
    }
  }

  /** What the page behind a redirect is called helps to know it; without it goes as well. */
  private void follow(Answer answer, BiConsumer<@Nullable Duration, Verdict> then) {
    if (TargetAnswer.location(answer).isEmpty()) {
      then.accept(answer.firstByte(), page(answer, answer));
      return;
    }
    Future<Answer> getting = get.peek(request(MAX_REDIRECTS), loop);
    getting.addListener(
        got ->
            then.accept(
                answer.firstByte(), page(answer, got.isSuccess() ? getting.getNow() : answer)));
  }

  private Request request(int redirects) {
    return new Request(url, HEADERS, timeout, MAX_BYTES, redirects);
  }

  private static Verdict page(Answer first, Answer last) {
    return new Verdict(
        Failure.QUOTA_PAGE,
        STAGE,
        TargetAnswer.evidence(first, last),
        "has the plan's quota or term ended? ask the provider, or renew it");
  }

  private static Verdict verdict(Throwable cause) {
    if (cause instanceof OutboundException server) {
      return Verdict.of(server);
    }
    return target(
        cause instanceof TransportException tls
            ? "its TLS, through the server: " + tls.evidence()
            : String.valueOf(cause.getMessage()));
  }

  private static Verdict target(String evidence) {
    return new Verdict(Failure.TARGET, STAGE, evidence, OTHER_URL);
  }
}
