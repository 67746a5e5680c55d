package io.vmessproxy.common.mux;

import io.netty.channel.ChannelDuplexHandler;

/** One Mux.Cool connection, either end. */
public final class MuxConnection extends ChannelDuplexHandler {}
