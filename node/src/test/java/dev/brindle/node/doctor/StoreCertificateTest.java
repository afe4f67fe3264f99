// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.brindle.datastore.Distrust;
import dev.brindle.node.doctor.check.StoreCheck;
import dev.brindle.node.doctor.check.Symptom;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A store whose server's certificate, or ours, is not what the other one wants; keytool(1) made
/// them.
class StoreCertificateTest {

  private static final String SECRET = "changeit";
  private static final String RIGHT = "san=ip:127.0.0.1";

  /// For a program that is over within half a second.
  private static final List<String> QUICKLY =
      List.of("-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC");

  @TempDir private static Path authorities;

  @TempDir private Path base;
  private Ward ward;

  @BeforeAll
  static void certify() throws Exception {
    for (String authority : List.of("ours", "theirs")) {
      keytool(
          place(authority),
          "-genkeypair",
          "-keyalg",
          "EC",
          "-dname",
          "CN=" + authority,
          "-ext",
          "bc:c");
      keytool(place(authority), "-exportcert", "-rfc", "-file", certificate(authority).toString());
    }
  }

  private static Path place(String authority) {
    return authorities.resolve(authority + ".p12");
  }

  private static Path certificate(String authority) {
    return authorities.resolve(authority + ".pem");
  }

  @BeforeEach
  void build() throws Exception {
    ward = new Ward(Files.createDirectory(base.resolve("ward")));
  }

  @AfterEach
  void clear() throws Exception {
    ward.close();
  }

  /// @param store whose one key it is
  private static void keytool(Path store, String command, String... words) throws Exception {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    line.addAll(QUICKLY);
    line.add(command);
    line.addAll(List.of("-alias", "key", "-storepass", SECRET));
    line.addAll(List.of("-keystore", store.toString()));
    line.addAll(List.of(words));
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("%s: %s", line, said).isZero();
  }

  /// @param start `-10d`, as keytool has it
  private void server(String authority, String names, String start, int days) throws Exception {
    String request = base.resolve("request").toString();
    String signed = base.resolve("signed.pem").toString();
    Path server = base.resolve("server.p12");
    keytool(server, "-genkeypair", "-keyalg", "EC", "-dname", "CN=api");
    keytool(server, "-certreq", "-file", request);
    keytool(
        place(authority),
        "-gencert",
        "-rfc",
        "-infile",
        request,
        "-outfile",
        signed,
        "-ext",
        names,
        "-startdate",
        start,
        "-validity",
        Integer.toString(days));
    Files.writeString(
        Path.of(signed),
        Files.readString(Path.of(signed)) + Files.readString(certificate(authority)));
    keytool(server, "-importcert", "-noprompt", "-file", signed);
  }

  private static KeyStore keys(Path store) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(store)) {
      keys.load(file, SECRET.toCharArray());
    }
    return keys;
  }

  /// The patient's store is there from now on.
  private String serve(boolean wantsOurs) throws Exception {
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys(base.resolve("server.p12")), SECRET.toCharArray());
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(keys(place("ours")));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters usual = context.getDefaultSSLParameters();
            usual.setNeedClientAuth(wantsOurs);
            parameters.setSSLParameters(usual);
          }
        });
    server.start();
    ward.keep(() -> server.stop(0));
    String url = "https://127.0.0.1:" + server.getAddress().getPort();
    ward.environment.put("DATASTORE_TYPE", "kubernetes");
    ward.environment.put("K8S_API_ENDPOINT", url);
    ward.environment.put("K8S_CA_FILE", certificate("ours").toString());
    return url;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          theirs | san=ip:127.0.0.1  |  -1d | 30 | STORE_AUTHORITY
          ours   | san=ip:127.0.0.1  | -10d | 5  | STORE_CERTIFICATE_TIME
          ours   | san=ip:127.0.0.1  |  +1d | 30 | STORE_CERTIFICATE_TIME
          ours   | san=ip:192.0.2.77 |  -1d | 30 | STORE_CERTIFICATE_NAME
          ours   | san=dns:api       |  -1d | 30 | STORE_CERTIFICATE_NAME
          """)
  void itIsNamedAndShown(String authority, String names, String start, int days, Symptom symptom)
      throws Exception {
    server(authority, names, start, days);
    String url = serve(false);

    ward.assertFound(
        symptom,
        url + "/ shows the certificate CN=api, signed by CN=" + authority + ", which counts from",
        "for [" + names.substring(names.indexOf(':') + 1) + "]");
  }

  @Test
  void theServerWantsACertificateOfOurs() throws Exception {
    server("ours", RIGHT, "-1d", 30);
    serve(true);

    ward.assertFound(Symptom.STORE_REFUSES_CERTIFICATE, "shows the certificate CN=api");
  }

  /// Its reasons may be lost with a connection that it resets; who says nothing hears them.
  @Test
  void whetherAServerTurnsStrangersAwayIsFoundOut() throws Exception {
    server("ours", RIGHT, "-1d", 30);
    assertThat(CertificateProbe.turnsStrangersAway(serve(true))).isTrue();
    assertThat(CertificateProbe.turnsStrangersAway(serve(false))).isFalse();
  }

  /// etcd is called by another library, whose faults are wrapped otherwise.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          theirs | san=ip:127.0.0.1  |  -1d | 30 | STORE_AUTHORITY
          ours   | san=ip:127.0.0.1  | -10d | 5  | STORE_CERTIFICATE_TIME
          ours   | san=ip:192.0.2.77 |  -1d | 30 | STORE_CERTIFICATE_NAME
          """)
  void theSameOfEtcd(String authority, String names, String start, int days, Symptom symptom)
      throws Exception {
    server(authority, names, start, days);
    String url = serve(false);
    ward.environment.put("DATASTORE_TYPE", "etcdv3");
    ward.environment.put("ETCD_ENDPOINTS", url);
    ward.environment.put("ETCD_CA_CERT_FILE", certificate("ours").toString());

    ward.assertFound(symptom, url + " shows the certificate CN=api, signed by CN=" + authority);
  }

  @Test
  void aStoreThatIsAwayIsNotAboutCertificates() {
    ward.environment.put("DATASTORE_TYPE", "kubernetes");
    ward.environment.put("K8S_API_ENDPOINT", "https://127.0.0.1:1");

    ward.assertFound(Symptom.STORE_AWAY, "connection refused");
    assertThat(StoreCheck.away("x", Optional.of(Distrust.REFUSED), List.of()).seen())
        .isEqualTo("x");
  }
}
