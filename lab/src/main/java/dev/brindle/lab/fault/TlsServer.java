// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab.fault;

import dev.brindle.lab.host.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStore.PrivateKeyEntry;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// Somebody at a port of a node's loopback who shows a certificate and has nothing to say then.
final class TlsServer implements AutoCloseable {

  private static final int WAITING = 16;
  private static final int PATIENCE_MILLIS = 5000;

  private final SSLServerSocket listener;

  private TlsServer(SSLServerSocket listener) {
    this.listener = listener;
  }

  /// @param key certified by the only one whom it trusts
  /// @param wantsOurs whether it asks who calls
  static TlsServer start(Host host, PrivateKeyEntry key, boolean wantsOurs)
      throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("own", key.getPrivateKey(), new char[0], key.getCertificateChain());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", Keys.authority(key));
    KeyManagerFactory owns = KeyManagerFactory.getInstance("PKIX");
    owns.init(own, new char[0]);
    TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
    trusts.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(owns.getKeyManagers(), trusts.getTrustManagers(), null);
    SSLServerSocket listener =
        host.inside(
            () ->
                (SSLServerSocket)
                    context
                        .getServerSocketFactory()
                        .createServerSocket(0, WAITING, InetAddress.ofLiteral("127.0.0.1")));
    listener.setNeedClientAuth(wantsOurs);
    var server = new TlsServer(listener);
    Thread.ofPlatform().daemon().name("store of a fault").start(server::serve);
    return server;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket caller = listener.accept()) {
        caller.setSoTimeout(PATIENCE_MILLIS);
        ((SSLSocket) caller).startHandshake();
      } catch (IOException _) {
        // who does not like what we show hangs up, and the end of the listener is one too
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
