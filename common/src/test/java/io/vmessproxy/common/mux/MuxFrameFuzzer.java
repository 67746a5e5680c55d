package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.mux.MuxFrameDecoder.DataForm;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Frames of Mux.Cool and XUDP from a peer that sends what it likes. Nothing but a {@link
 * MuxException} may come out; frames and data are the same however they are cut; and a frame that
 * can be sent is the same when it is written and read again.
 */
public final class MuxFrameFuzzer {
  /** The largest data part; beyond that, buffers grow with what comes. */
  private static final int MAX_KEPT_BYTES = 1 << 17;

  private MuxFrameFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    DataForm form = in.pick(DataForm.values());
    byte[] wire = in.rest();
    Heard whole = decode(wire, new byte[4], form);
    Heard cut = decode(wire, cuts, form);
    if (!whole.lines().equals(cut.lines())) {
      throw new AssertionError(whole.lines() + " was, cut: " + cut.lines());
    }
    whole.frames.forEach(MuxFrameFuzzer::writeAndRead);
  }

  private static Heard decode(byte[] wire, byte[] cuts, DataForm form) {
    CountingAllocator alloc = new CountingAllocator();
    Heard heard = new Heard(form);
    MuxFrameDecoder decoder = new MuxFrameDecoder(heard, alloc);
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        ByteBuf received = alloc.buffer(piece.length).writeBytes(piece);
        try {
          decoder.decode(received);
        } finally {
          received.release();
        }
      }
      heard.boundary = decoder.atBoundary();
    } catch (MuxException e) {
      heard.mistake = String.valueOf(e.getMessage());
    } finally {
      decoder.close();
    }
    alloc.check(MAX_KEPT_BYTES + 4L * wire.length);
    return heard;
  }

  private static void writeAndRead(MuxFrame frame) {
    if (frame instanceof MuxFrame.Unreadable) {
      return;
    }
    CountingAllocator alloc = new CountingAllocator();
    ByteBuf written =
        frame.hasData()
            ? MuxFrameEncoder.head(frame, 0, alloc)
            : MuxFrameEncoder.encode(frame, alloc);
    Heard again = new Heard(DataForm.NONE);
    new MuxFrameDecoder(again, alloc).decode(written);
    written.release();
    alloc.check(MAX_KEPT_BYTES);
    if (!again.frames.equals(List.of(frame))) {
      throw new AssertionError(frame + " became " + again.frames);
    }
  }

  /** All that the decoder tells, with data joined that belong to one frame. */
  private static final class Heard implements MuxFrameDecoder.Listener {
    private final DataForm form;
    private final List<MuxFrame> frames = new ArrayList<>();
    private final List<ByteArrayOutputStream> data = new ArrayList<>();
    private String mistake = "";
    private boolean boundary;

    Heard(DataForm form) {
      this.form = form;
    }

    @Override
    public DataForm frame(MuxFrame frame) {
      frames.add(frame);
      data.add(new ByteArrayOutputStream());
      return form;
    }

    @Override
    public void data(ByteBuf part) {
      if (!part.isReadable()) {
        throw new AssertionError("empty data");
      }
      data.get(data.size() - 1).writeBytes(ByteBufUtil.getBytes(part));
      part.release();
    }

    List<String> lines() {
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < frames.size(); i++) {
        lines.add(frames.get(i) + " " + HexFormat.of().formatHex(data.get(i).toByteArray()));
      }
      lines.add(mistake + " " + boundary);
      return lines;
    }
  }
}
