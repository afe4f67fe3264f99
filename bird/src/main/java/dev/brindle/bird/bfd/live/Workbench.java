// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.bfd.live;

import io.netty.channel.EventLoop;

/// What sessions work with, on the loop.
record Workbench(EventLoop loop, SourcePorts ports, Receivers receivers, Ticker ticker) {}
