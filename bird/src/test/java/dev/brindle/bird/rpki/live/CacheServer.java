// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki.live;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rpki.Vrp;
import dev.brindle.bird.speaker.Loopback;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An RPKI cache written after RFC 8210 and RFC 6810, with nothing of the client's code. It knows
/// all its serial numbers since it began.
public final class CacheServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerSocket listener;
  private final int version;
  private final int session;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<Long, Set<Vrp>> history = new LinkedHashMap<>();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private long serial;
  private byte @Nullable [] answer;

  /// @param port 0 for one that no caller is given by the kernel: a second server may take it over
  public CacheServer(int port, int version, int session) throws IOException {
    this.version = version;
    this.session = session;
    this.listener = listener(port == 0 ? Loopback.freePort() : port);
    history.put(0L, Set.of());
    Thread.ofVirtual().start(this::listen);
  }

  /// The port of a server that was closed just now is taken until the kernel returns from its last
  /// accept(2).
  private static ServerSocket listener(int port) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      ServerSocket socket = new ServerSocket();
      try {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
      } catch (BindException e) {
        socket.close();
        if (System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /// What it was asked: `reset 1`, `serial 1 7`, `error 1 0`.
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /// From now on it answers a query with these octets only.
  public synchronized void answerWith(byte... octets) {
    answer = octets.clone();
  }

  /// Knows these from now on, and says so.
  public synchronized void set(List<Vrp> vrps) {
    serial++;
    history.put(serial, new LinkedHashSet<>(vrps));
    connections.removeIf(socket -> !tellOfNews(socket));
  }

  /// False: the client has gone.
  private boolean tellOfNews(Socket socket) {
    try {
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      header(out, 0, session, 12);
      out.writeInt((int) serial);
      out.flush();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Ends all connections.
  public void hangUp() throws IOException {
    for (Socket socket : connections) {
      socket.close();
    }
    connections.clear();
  }

  private void listen() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        connections.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int spoken = in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int number = in.readUnsignedShort();
        byte[] body = in.readNBytes(in.readInt() - 8);
        answer(socket, spoken, type, number, body);
      }
    } catch (IOException e) {
      connections.remove(socket);
    }
  }

  private synchronized void answer(Socket socket, int spoken, int type, int number, byte[] body)
      throws IOException {
    DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 65_536));
    long from = type == 1 ? Integer.toUnsignedLong(ByteBuffer.wrap(body).getInt()) : 0;
    asked.add(
        switch (type) {
          case 1 -> "serial %d %d".formatted(spoken, from);
          case 2 -> "reset %d".formatted(spoken);
          case 10 -> "error %d %d".formatted(spoken, number);
          default -> "type %d".formatted(type);
        });
    if (type == 10) {
      return;
    }
    if (answer != null) {
      out.write(answer);
    } else if (spoken > version) {
      header(out, 10, 4, 16);
      out.writeInt(0);
      out.writeInt(0);
    } else if (type == 1 && (number != session || !history.containsKey(from))) {
      header(out, 8, 0, 8);
    } else {
      Set<Vrp> before = type == 1 ? history.get(from) : Set.of();
      tell(out, before == null ? Set.of() : before, current());
    }
    out.flush();
  }

  private Set<Vrp> current() {
    Set<Vrp> now = history.get(serial);
    return now == null ? Set.of() : now;
  }

  private void tell(DataOutputStream out, Set<Vrp> before, Set<Vrp> now) throws IOException {
    header(out, 3, session, 8);
    for (Vrp vrp : before) {
      if (!now.contains(vrp)) {
        prefix(out, 0, vrp);
      }
    }
    for (Vrp vrp : now) {
      if (!before.contains(vrp)) {
        prefix(out, 1, vrp);
      }
    }
    header(out, 7, session, version == 0 ? 12 : 24);
    out.writeInt((int) serial);
    if (version > 0) {
      out.writeInt(3600);
      out.writeInt(1);
      out.writeInt(7200);
    }
  }

  private void prefix(DataOutputStream out, int flags, Vrp vrp) throws IOException {
    IpAddress address = vrp.prefix().address();
    header(out, address.isIpv4() ? 4 : 6, 0, address.isIpv4() ? 20 : 32);
    out.write(new byte[] {(byte) flags, (byte) vrp.prefix().length(), (byte) vrp.maxLength(), 0});
    out.write(address.bytes());
    out.writeInt((int) vrp.as().value());
  }

  private void header(DataOutputStream out, int type, int number, int length) throws IOException {
    out.writeByte(version);
    out.writeByte(type);
    out.writeShort(number);
    out.writeInt(length);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    hangUp();
  }

  /// Some VRPs, all different.
  public static List<Vrp> many(int count) {
    List<Vrp> vrps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vrps.add(
          new Vrp(
              new Cidr(IpAddress.ofIpv4(0x0100_0000L + ((long) i << 8)), 24),
              24,
              new AsNumber(1L + i)));
    }
    return vrps;
  }
}
