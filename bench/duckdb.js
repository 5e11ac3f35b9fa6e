// SPDX-License-Identifier: Apache-2.0
// One signal of quis as DuckDB computes it, with its default settings: by user
// the subjects that were looked up once. Columns have the types that DuckDB
// finds, or are all text, which is faster. Without an argument it prints the
// version. For bench/speed.py; needs @duckdb/node-api.
//
//   duckdb.js [GLOB [text]]
const duckdb = require('@duckdb/node-api');

const query = `
	SELECT who, count(*) AS n FROM (
		SELECT subject, any_value("user") AS who
		FROM read_csv($glob, all_varchar = $text)
		GROUP BY subject HAVING count(*) = 1)
	GROUP BY who ORDER BY n DESC, who`;

async function main(glob, text) {
	const instance = await duckdb.DuckDBInstance.create(':memory:');
	const connection = await instance.connect();
	const result = await connection.runAndReadAll(query,
		{ glob, text });
	for (const [who, n] of result.getRows())
		console.log(`${who},${n}`);
}

if (process.argv.length < 3)
	console.log(duckdb.version());
else
	main(process.argv[2], process.argv[3] === 'text').catch((error) => {
		console.error(error.message);
		process.exitCode = 1;
	});
