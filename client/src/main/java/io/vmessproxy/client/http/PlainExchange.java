package io.vmessproxy.client.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.dispatch.Contest;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.dispatch.ReplayRule;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.relay.Relay;
import io.vmessproxy.common.relay.SocketEnd;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plain request and its answer, with a stream of its own: the request's side and the whole's
 * life. {@link ResponseHandler} is the answer's side.
 *
 * <p>The head goes out as soon as the stream stands, whatever is still to come of the body. Each
 * side is read no faster than the other one writes. An idempotent request without a body is sent
 * once more, through another server, where the first one dies before it answers.
 */
final class PlainExchange implements Exchange, Contest.Asker {
  private static final Logger LOG = LoggerFactory.getLogger(PlainExchange.class);

  private final HttpProxyHandshake front;
  private final Channel client;
  private final HttpRequest head;
  private final Dispatcher dispatcher;
  private final Session session;
  private final ClientSide clientSide;
  private final IdleWatch idle;
  private final Contest contest;
  private final Queue<HttpObject> waiting = new ArrayDeque<>();

  private Policy policy = Policy.DEFAULT;
  private String server = "-";
  private @Nullable Channel upstream;
  private boolean requestEnded;
  private boolean hasBody;
  private boolean over;

  PlainExchange(
      HttpProxyHandshake front,
      Channel client,
      HttpRequest request,
      RequestTarget target,
      Session session,
      Dispatcher dispatcher) {
    this.front = front;
    this.client = client;
    this.head = request;
    this.dispatcher = dispatcher;
    this.session = session;
    this.clientSide = ClientSide.of(request);
    this.idle = new IdleWatch(client.eventLoop(), this::timedOut);
    ForwardedHead.rewrite(request, target);
    this.contest = dispatcher.contest(session, client.eventLoop(), this);
  }

  /** Opens the stream. */
  void open() {
    contest.start();
  }

  @Override
  public void ask(OpenStream open) {
    policy = open.policy();
    server = open.server();
    Channel stream = open.channel();
    boolean again = upstream != null;
    upstream = stream;
    stream
        .pipeline()
        .addLast(new UpstreamEnd())
        .addLast(new ResponseDecoder(head.method()))
        .addLast(new RequestEncoder())
        .addLast(new ResponseHandler(this, client, clientSide));
    if (!stream.isActive()) {
      fail(endedUnanswered());
      return;
    }
    if (!again) {
      idle.start(policy.connIdle());
    }
    write(stream, head);
    if (again) {
      write(stream, LastHttpContent.EMPTY_LAST_CONTENT);
    }
    for (HttpObject part = waiting.poll(); part != null; part = waiting.poll()) {
      write(stream, part);
    }
    stream.flush();
    stream.config().setAutoRead(client.isWritable());
    readBody(stream);
  }

  /** Before its end is here, something may still follow that cannot be sent twice. */
  @Override
  public boolean repeatable() {
    return !hasBody && requestEnded && ReplayRule.idempotent(head.method().name());
  }

  @Override
  public void answered(OpenStream open) {
    server = open.server();
    upstream = open.channel();
  }

  @Override
  public void ended(OpenStream open, boolean asked) {
    // Its end comes through its pipeline, to the handler of the answer.
    server = open.server();
    upstream = open.channel();
  }

  @Override
  public void failed(Throwable cause) {
    fail(cause);
  }

  private void write(Channel stream, HttpObject part) {
    // A stream that no longer takes the body may still have answered: only its reading side tells.
    stream.write(part).addListener(written -> idle.touch());
  }

  /** The body is read as fast as the stream takes it; behind it nothing is read at all. */
  private void readBody(Channel stream) {
    client.config().setAutoRead(!requestEnded && stream.isWritable());
  }

  @Override
  public void content(HttpContent content) {
    if (content.decoderResult().isFailure()) {
      content.release();
      LOG.info("{}: malformed chunk in the request's body", session);
      badBody();
      return;
    }
    requestEnded |= content instanceof LastHttpContent;
    hasBody |= content.content().isReadable();
    Channel stream = upstream;
    if (stream == null) {
      waiting.add(content);
      return;
    }
    idle.touch();
    write(stream, content);
    readBody(stream);
  }

  private void badBody() {
    end();
    if (clientSide.answered()) {
      front.reset();
    } else {
      front.refuse(HttpRefusal.badRequest("The request's body is malformed."));
    }
  }

  @Override
  public void contentComplete() {
    if (upstream != null) {
      upstream.flush();
    }
  }

  @Override
  public void clientWritabilityChanged() {
    if (upstream != null) {
      idle.touch();
      upstream.config().setAutoRead(client.isWritable());
    }
  }

  @Override
  public void clientEnded() {
    if (!requestEnded) {
      LOG.debug("{}: the application ended amid its request", session);
      end();
      client.close();
    }
  }

  @Override
  public void clientGone() {
    end();
  }

  /** The stream takes bytes again, or does not. */
  void upstreamWritabilityChanged() {
    if (upstream != null) {
      idle.touch();
      readBody(upstream);
    }
  }

  /** Something of the answer came. */
  void touch() {
    idle.touch();
  }

  boolean over() {
    return over;
  }

  boolean requestEnded() {
    return requestEnded;
  }

  /** The answer's last byte is on its way to the application; {@code last} tells when it is out. */
  void answered(ChannelFuture last, boolean persistent) {
    Channel stream = upstream;
    if (stream != null) {
      // Nothing more is wanted of it; the watch goes on, for an application that does not read.
      stream.config().setAutoRead(false);
      stream.close();
    }
    last.addListener(
        written -> {
          if (over) {
            return;
          }
          end();
          if (written.isSuccess() && persistent) {
            front.nextRequest();
          } else {
            front.closeBehindAnswer();
          }
        });
  }

  /** The stream's other end said 101: from here on its bytes are not HTTP. */
  void switchProtocols(HttpResponse response) {
    Channel stream = upstream;
    if (stream == null) {
      return;
    }
    over = true;
    idle.stop();
    client.pipeline().addLast(new SocketEnd());
    Relay relay = Relay.join(client, stream, policy);
    client.write(response);
    client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
    // The encoders go first: what the decoders let go of is written to the other side.
    stream.pipeline().remove(UpstreamEnd.class);
    stream.pipeline().remove(RequestEncoder.class);
    stream.pipeline().remove(ResponseHandler.class);
    front.leave();
    stream.pipeline().remove(ResponseDecoder.class);
    relay.start();
  }

  /** No answer will come, or no more of it. */
  void fail(Throwable cause) {
    if (over) {
      return;
    }
    OutboundException failure =
        cause instanceof OutboundException known ? known : endedUnanswered();
    dispatcher.report(session, failure, client.eventLoop());
    end();
    if (clientSide.answered()) {
      front.reset();
    } else {
      front.refuse(HttpRefusal.of(failure));
    }
  }

  /** The answer is none: what came instead is {@code what}. */
  void badAnswer(String what) {
    fail(new OutboundException(Failure.TRANSPORT, "http", server, what));
  }

  private OutboundException endedUnanswered() {
    if (!clientSide.answered()) {
      return Dispatcher.endedBeforeAnswer(session, server, upstream);
    }
    return new OutboundException(
        Failure.ENDED,
        "http",
        server,
        "%s ended before its whole answer came".formatted(session.destination()),
        "does it refuse, or not exist, for the server?");
  }

  private void timedOut() {
    if (clientSide.answered()) {
      LOG.info("{}: nothing moved for {}", session, policy.connIdle());
      end();
      front.reset();
      return;
    }
    fail(
        new OutboundException(
            Failure.TIMED_OUT,
            "http",
            server,
            "no answer from %s after %d s"
                .formatted(session.destination(), policy.connIdle().toSeconds())));
  }

  private void end() {
    over = true;
    idle.stop();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    contest.cancel();
    if (upstream != null) {
      upstream.close();
    }
  }
}
