package io.vmessproxy.client.fetch;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContentDecompressor;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.fetch.HttpGet.Answer;
import io.vmessproxy.client.fetch.HttpGet.Request;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.tls.TlsTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One fetch, from its URL to the answer, redirects between; all on its event loop. */
final class Fetch {
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MAX_LINE_BYTES = 8 * 1024;
  private static final int MAX_HEAD_BYTES = 32 * 1024;
  private static final int CHUNK_BYTES = 8 * 1024;

  private final Connector connector;
  private final TlsSettings tls;
  private final Request request;
  private final boolean whole;
  private final EventLoop loop;
  private final Promise<Answer> promise;
  private int redirects;
  private @Nullable Future<Channel> opening;
  private @Nullable AnswerHandler answering;

  /**
   * @param whole whether an answer that is cut short is none
   */
  Fetch(Connector connector, TlsSettings tls, Request request, boolean whole, EventLoop loop) {
    this.connector = connector;
    this.tls = tls;
    this.request = request;
    this.whole = whole;
    this.loop = loop;
    this.promise = loop.newPromise();
  }

  Future<Answer> start() {
    Target first;
    try {
      first = Target.of(request.url());
    } catch (FetchException e) {
      return promise.setFailure(e);
    }
    var deadline =
        loop.schedule(
            () -> expire(first.host()), request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    promise.addListener(
        done -> {
          deadline.cancel(false);
          leave();
        });
    loop.execute(() -> open(first, first));
    return promise;
  }

  private void expire(String host) {
    String limit = "within %d ms".formatted(request.timeout().toMillis());
    if (answering != null) {
      answering.end("no complete answer " + limit);
    }
    promise.tryFailure(new FetchException(host, "no connection " + limit));
  }

  /** Closes what is open; on the loop, as the promise's listeners are. */
  private void leave() {
    if (opening != null && !opening.cancel(false) && opening.isSuccess()) {
      opening.getNow().close();
    }
  }

  private void open(Target target, Target from) {
    if (promise.isDone()) {
      return;
    }
    OutboundTransport way = at -> connector.connect(target.server(), at);
    if (target.secure()) {
      way = new TlsTransport(way, target.server(), tls, List.of("http/1.1"));
    }
    Future<Channel> stream = way.open(loop);
    opening = stream;
    stream.addListener(
        opened -> {
          if (!opened.isSuccess()) {
            promise.tryFailure(opened.cause());
          } else if (promise.isDone()) {
            stream.getNow().close();
          } else {
            ask(stream.getNow(), target, from);
          }
        });
  }

  private void ask(Channel stream, Target target, Target from) {
    FirstByte firstByte = new FirstByte();
    AnswerHandler handler =
        new AnswerHandler(
            target.host(), request.maxBytes(), new Outcome(stream, target, from, firstByte));
    answering = handler;
    addHandlers(stream.pipeline(), firstByte, handler);
    stream
        .writeAndFlush(message(target, from))
        .addListener(written -> firstByte.sent())
        .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    stream.config().setAutoRead(true);
  }

  /** What makes an answer of a stream's bytes. */
  static void addHandlers(ChannelPipeline pipeline, FirstByte firstByte, AnswerHandler handler) {
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(CHUNK_BYTES);
    pipeline.addLast(
        firstByte,
        new HttpClientCodec(config, false, false),
        new HttpContentDecompressor(false, 0),
        handler);
  }

  private FullHttpRequest message(Target target, Target from) {
    FullHttpRequest message =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target.pathAndQuery());
    HttpHeaders headers = message.headers();
    headers.set(HttpHeaderNames.HOST, target.authority());
    headers.set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, deflate");
    headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    for (Map.Entry<String, String> header : request.headers().entrySet()) {
      // What was meant for one host is not for another that it names.
      if (target.sameOrigin(from) || !secret(header.getKey())) {
        headers.set(header.getKey(), header.getValue());
      }
    }
    if (target.authorization() != null) {
      headers.set(HttpHeaderNames.AUTHORIZATION, target.authorization());
    }
    return message;
  }

  private static boolean secret(String name) {
    return HttpHeaderNames.AUTHORIZATION.contentEqualsIgnoreCase(name)
        || HttpHeaderNames.COOKIE.contentEqualsIgnoreCase(name);
  }

  /** What becomes of one answer. */
  private final class Outcome implements AnswerHandler.Listener {
    private final Channel stream;
    private final Target target;
    private final Target from;
    private final FirstByte firstByte;

    Outcome(Channel stream, Target target, Target from, FirstByte firstByte) {
      this.stream = stream;
      this.target = target;
      this.from = from;
      this.firstByte = firstByte;
    }

    @Override
    public void answered(
        int status, Map<String, List<String>> headers, byte[] body, boolean complete, String why) {
      List<String> location = headers.getOrDefault("location", List.of());
      if (REDIRECTS.contains(status) && !location.isEmpty() && request.maxRedirects() > 0) {
        follow(location.get(0));
      } else if (complete || !whole) {
        promise.trySuccess(new Answer(target.url(), status, headers, body, firstByte.waited()));
      } else {
        failed(new FetchException(target.host(), why));
      }
    }

    private void follow(String location) {
      stream.close();
      answering = null;
      if (redirects++ == request.maxRedirects()) {
        failed(
            new FetchException(
                target.host(), "more than %d redirects".formatted(request.maxRedirects())));
        return;
      }
      try {
        open(target.redirect(location), from);
      } catch (FetchException e) {
        failed(e);
      }
    }

    @Override
    public void failed(IOException cause) {
      promise.tryFailure(cause);
    }
  }
}
