// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A connection, with JDBC in the few forms that are needed here. Statements are prepared once:
/// values belong into parameters, so that there are few texts.
final class Sql implements AutoCloseable {

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Sql(Connection connection) {
    this.connection = connection;
  }

  /// One row to one value.
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  void run(String text) throws SQLException {
    prepare(text).execute();
  }

  /// @return how many rows it changed
  int update(String text, @Nullable Object... values) throws SQLException {
    return prepare(text, values).executeUpdate();
  }

  <T> List<T> query(String text, Row<T> row, @Nullable Object... values) throws SQLException {
    try (ResultSet rows = prepare(text, values).executeQuery()) {
      List<T> result = new ArrayList<>();
      while (rows.next()) {
        result.add(row.read(rows));
      }
      return result;
    }
  }

  long number(String text) throws SQLException {
    return query(text, row -> row.getLong(1)).getFirst();
  }

  private PreparedStatement prepare(String text, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = prepared.get(text);
    if (statement == null) {
      statement = connection.prepareStatement(text);
      prepared.put(text, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  /// With its statements.
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
