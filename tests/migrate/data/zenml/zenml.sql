BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0.98.0');
CREATE TABLE artifact (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	has_custom_name BOOLEAN NOT NULL, 
	project_id CHAR(32) NOT NULL, 
	user_id CHAR(32), 
	PRIMARY KEY (id), 
	CONSTRAINT unique_artifact_name_in_project UNIQUE (name, project_id), 
	CONSTRAINT fk_artifact_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_artifact_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL
);
INSERT INTO "artifact" VALUES('38b121730a4d4cd59d3dd68cc004fe4a','2026-11-27 00:08:49.179205','2026-11-27 00:08:49.179250','measurements',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('bb9152d234b8447d83f4d982b8caa054','2026-11-27 00:08:54.455383','2026-11-27 00:08:54.455433','ingest::describe::output_0',0,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('a99f441d028145d197e0bf1f6536de79','2026-11-27 00:08:54.700779','2026-11-27 00:08:54.700840','ingest::describe::output_1',0,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('5ed34e6f07754ff2a384636e6d6d040c','2026-11-27 00:08:56.231961','2026-11-27 00:08:56.232019','ingest::describe::output_2',0,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('54a315874e464b3e92f421c4d48599c7','2026-11-27 00:08:56.524466','2026-11-27 00:08:56.524549','ingest::describe::output_3',0,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('8a9163240a91469987d8e419f9dfd880','2026-11-27 00:08:56.990328','2026-11-27 00:08:56.990388','raw-bytes',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('19759ff0c987436383f9bae8e4a02ab1','2026-11-27 00:08:57.424631','2026-11-27 00:08:57.424672','packed',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('3b340edfb2624f43a6f69b6d2aa379a6','2026-11-27 00:09:23.374372','2026-11-27 00:09:23.374419','x',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('8f5e2e0d12c24225a5a6ecd05a4d3e48','2026-11-27 00:09:23.902368','2026-11-27 00:09:23.902396','y',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('13f1c46c9dad490d99de24076a253b34','2026-11-27 00:09:25.701383','2026-11-27 00:09:25.701422','classifier',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('1ec54d4ac5384c8b879edbf717aeff1e','2026-11-27 00:09:26.782621','2026-11-27 00:09:26.782657','training::evaluate::output_0',0,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('e9e23d9df395412687300cc48d45463d','2026-11-27 00:09:26.970762','2026-11-27 00:09:26.970810','metrics',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('665b9450ba3342f5a260856c386146c5','2026-11-27 00:10:13.956680','2026-11-27 00:10:13.956724','odd',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('7749884bb7af47449025bb013faa89c4','2026-11-27 00:10:14.115789','2026-11-27 00:10:14.115838','unknown',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('2b3a0e4048e04c0caea4d182e458b99f','2026-11-27 00:10:14.267443','2026-11-27 00:10:14.267490','settings',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('34218f58f314496a9d69ba3c1efab007','2026-11-27 00:10:14.523160','2026-11-27 00:10:14.523205','id',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
INSERT INTO "artifact" VALUES('06a6ef3f120e44c2a3f8ee79811f6908','2026-11-27 00:10:15.987180','2026-11-27 00:10:15.987251','predictions',1,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334');
CREATE TABLE artifact_version (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	version VARCHAR NOT NULL, 
	version_number INTEGER, 
	type VARCHAR NOT NULL, 
	uri TEXT NOT NULL, 
	materializer TEXT NOT NULL, 
	data_type TEXT NOT NULL, 
	save_type TEXT NOT NULL, 
	content_hash TEXT, 
	item_count INTEGER, 
	artifact_id CHAR(32) NOT NULL, 
	artifact_store_id CHAR(32), 
	user_id CHAR(32), 
	project_id CHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_version_for_artifact_id UNIQUE (version, artifact_id), 
	CONSTRAINT fk_artifact_version_artifact_id_artifact FOREIGN KEY(artifact_id) REFERENCES artifact (id) ON DELETE CASCADE, 
	CONSTRAINT fk_artifact_version_artifact_store_id_stack_component FOREIGN KEY(artifact_store_id) REFERENCES stack_component (id) ON DELETE SET NULL, 
	CONSTRAINT fk_artifact_version_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_artifact_version_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE
);
INSERT INTO "artifact_version" VALUES('a2537b1fc1064fa38a235b6123b7add2','2026-11-27 00:08:49.217450','2026-11-27 00:08:49.217496','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/load/measurements/5c76bbd1-5e21-4be4-9122-b9752455fa8c/d1ef38f3','{"module":"zenml.integrations.pandas.materializers.pandas_materializer","attribute":"PandasMaterializer","type":"internal"}','{"module":"pandas","attribute":"DataFrame","type":"distribution_package","package_name":"pandas","version":"3.1.1"}','step_output',NULL,2,'38b121730a4d4cd59d3dd68cc004fe4a','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('313b655ccabd4b229212fcf8d875b77f','2026-11-27 00:08:54.481236','2026-11-27 00:08:54.481287','1',1,'BaseArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_0/a1f62e52-f624-4a68-b73b-6e58b6f27f16/80647f57','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInContainerMaterializer","type":"internal"}','{"module":"builtins","attribute":"dict","type":"builtin"}','step_output',NULL,NULL,'bb9152d234b8447d83f4d982b8caa054','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('1e1478871867486880f1fc0892a28073','2026-11-27 00:08:54.724646','2026-11-27 00:08:54.724687','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_1/a1f62e52-f624-4a68-b73b-6e58b6f27f16/529147eb','{"module":"zenml.integrations.pandas.materializers.pandas_materializer","attribute":"PandasMaterializer","type":"internal"}','{"module":"pandas","attribute":"Series","type":"distribution_package","package_name":"pandas","version":"3.1.1"}','step_output',NULL,20,'a99f441d028145d197e0bf1f6536de79','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('6763a7e728e544888e6ca19d64991015','2026-11-27 00:08:56.464794','2026-11-27 00:08:56.464849','1',1,'DataAnalysisArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_2/a1f62e52-f624-4a68-b73b-6e58b6f27f16/055a9b0b','{"module":"zenml.materializers.structured_string_materializer","attribute":"StructuredStringMaterializer","type":"internal"}','{"module":"zenml.types","attribute":"HTMLString","type":"internal"}','step_output','f240e370a98e1ec9108f069aa955c8e8',NULL,'5ed34e6f07754ff2a384636e6d6d040c','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('621d4cf33cdd4518a2e9d0eeca44c94d','2026-11-27 00:08:56.534146','2026-11-27 00:08:56.534195','1',1,'DataAnalysisArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_3/a1f62e52-f624-4a68-b73b-6e58b6f27f16/d4f7de5a','{"module":"zenml.materializers.structured_string_materializer","attribute":"StructuredStringMaterializer","type":"internal"}','{"module":"zenml.types","attribute":"MarkdownString","type":"internal"}','step_output','b5ff003a784406d8418692146aab9ccb',NULL,'54a315874e464b3e92f421c4d48599c7','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('46bfa735835d44b2a6ee2391fc0bfab5','2026-11-27 00:08:57.000091','2026-11-27 00:08:57.000145','first-20',NULL,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/custom_artifacts/raw-bytes/febdcdc0-9472-49a0-beaf-080fe75ae650','{"module":"zenml.materializers.built_in_materializer","attribute":"BytesMaterializer","type":"internal"}','{"module":"builtins","attribute":"bytes","type":"builtin"}','manual','702369bc424788f7389ea5c48eb4ed2e',NULL,'8a9163240a91469987d8e419f9dfd880','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('4a0b696aeaf64d35bf1798b5921c5139','2026-11-27 00:08:57.253404','2026-11-27 00:08:57.253451','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/custom_artifacts/raw-bytes/3be10afa-fe29-47f6-b01d-15828e8d796f','{"module":"zenml.materializers.built_in_materializer","attribute":"BytesMaterializer","type":"internal"}','{"module":"builtins","attribute":"bytes","type":"builtin"}','manual','6659ed0ff2e269755f45fec1624ee738',NULL,'8a9163240a91469987d8e419f9dfd880','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('0ce0bb493aef4bf38369b66a2c89fe5f','2026-11-27 00:08:57.460004','2026-11-27 00:08:57.460065','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/pack/packed/31247475-f424-4d9e-9ab3-ea484f4e082d/5343ad21','{"module":"zenml.materializers.path_materializer","attribute":"PathMaterializer","type":"internal"}','{"module":"pathlib","attribute":"PosixPath","type":"builtin"}','step_output',NULL,NULL,'19759ff0c987436383f9bae8e4a02ab1','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('3fd98dbabfe54aa4b55bac9a30b1613c','2026-11-27 00:09:06.072857','2026-11-27 00:09:06.072888','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/load/measurements/1608d1ea-a34c-4471-afb0-c919a673510c/91fb872a','{"module":"zenml.integrations.pandas.materializers.pandas_materializer","attribute":"PandasMaterializer","type":"internal"}','{"module":"pandas","attribute":"DataFrame","type":"distribution_package","package_name":"pandas","version":"3.1.1"}','step_output',NULL,2,'38b121730a4d4cd59d3dd68cc004fe4a','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('e8e3d57a76134b0ab83a2ea56826184a','2026-11-27 00:09:09.046199','2026-11-27 00:09:09.046259','2',2,'BaseArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_0/8cf723df-e427-4326-949c-0e5544779338/6dff9924','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInContainerMaterializer","type":"internal"}','{"module":"builtins","attribute":"dict","type":"builtin"}','step_output',NULL,NULL,'bb9152d234b8447d83f4d982b8caa054','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('08b71049b05f4ce7905b68b343058898','2026-11-27 00:09:09.182976','2026-11-27 00:09:09.183032','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_1/8cf723df-e427-4326-949c-0e5544779338/739bbf0f','{"module":"zenml.integrations.pandas.materializers.pandas_materializer","attribute":"PandasMaterializer","type":"internal"}','{"module":"pandas","attribute":"Series","type":"distribution_package","package_name":"pandas","version":"3.1.1"}','step_output',NULL,30,'a99f441d028145d197e0bf1f6536de79','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('849b0e34e66743999e2b1e6d35fc36ab','2026-11-27 00:09:10.002503','2026-11-27 00:09:10.002530','2',2,'DataAnalysisArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_2/8cf723df-e427-4326-949c-0e5544779338/2a29b92d','{"module":"zenml.materializers.structured_string_materializer","attribute":"StructuredStringMaterializer","type":"internal"}','{"module":"zenml.types","attribute":"HTMLString","type":"internal"}','step_output','f240e370a98e1ec9108f069aa955c8e8',NULL,'5ed34e6f07754ff2a384636e6d6d040c','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('57cc5001e0e44432a952786ff81c6f7f','2026-11-27 00:09:10.106854','2026-11-27 00:09:10.106881','2',2,'DataAnalysisArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/describe/output_3/8cf723df-e427-4326-949c-0e5544779338/e76b3b55','{"module":"zenml.materializers.structured_string_materializer","attribute":"StructuredStringMaterializer","type":"internal"}','{"module":"zenml.types","attribute":"MarkdownString","type":"internal"}','step_output','b5ff003a784406d8418692146aab9ccb',NULL,'54a315874e464b3e92f421c4d48599c7','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('e7c5d0caebda402c97ad6a1d5375dab9','2026-11-27 00:09:10.837614','2026-11-27 00:09:10.837664','first-30',NULL,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/custom_artifacts/raw-bytes/306838e8-c3d4-4548-a499-ba2ae35c2ea5','{"module":"zenml.materializers.built_in_materializer","attribute":"BytesMaterializer","type":"internal"}','{"module":"builtins","attribute":"bytes","type":"builtin"}','manual','702369bc424788f7389ea5c48eb4ed2e',NULL,'8a9163240a91469987d8e419f9dfd880','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('59e0f805034f4e9a9c8b5d06fd8eaa0f','2026-11-27 00:09:10.931348','2026-11-27 00:09:10.931373','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/custom_artifacts/raw-bytes/818847b1-4700-42d2-a149-ebd817cb299e','{"module":"zenml.materializers.built_in_materializer","attribute":"BytesMaterializer","type":"internal"}','{"module":"builtins","attribute":"bytes","type":"builtin"}','manual','6659ed0ff2e269755f45fec1624ee738',NULL,'8a9163240a91469987d8e419f9dfd880','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('bae1f5612eea4e97b968632609db1af4','2026-11-27 00:09:11.472817','2026-11-27 00:09:11.472859','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/pack/packed/d22d9ca9-f951-43b9-b064-3b057d5bb875/ace73038','{"module":"zenml.materializers.path_materializer","attribute":"PathMaterializer","type":"internal"}','{"module":"pathlib","attribute":"PosixPath","type":"builtin"}','step_output',NULL,NULL,'19759ff0c987436383f9bae8e4a02ab1','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('78ad249686ce43198b91b212dd5cc9a2','2026-11-27 00:09:23.500797','2026-11-27 00:09:23.500844','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/split/x/5f4d1db5-a195-4194-916e-c9d320edf612/b14e8855','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,20,'3b340edfb2624f43a6f69b6d2aa379a6','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('50a61b5da0d240d19902f9f1adf51e2b','2026-11-27 00:09:23.911503','2026-11-27 00:09:23.911565','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/split/y/5f4d1db5-a195-4194-916e-c9d320edf612/a1e5c66e','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,20,'8f5e2e0d12c24225a5a6ecd05a4d3e48','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('59eed31a0941473f9563cc7ee465152f','2026-11-27 00:09:25.727471','2026-11-27 00:09:25.727508','1',1,'ModelArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/train/classifier/00e9d522-5ff5-4efd-8801-5a2b074f9744/2d7e27df','{"module":"zenml.integrations.sklearn.materializers.sklearn_materializer","attribute":"SklearnMaterializer","type":"internal"}','{"module":"sklearn.linear_model._logistic","attribute":"LogisticRegression","type":"distribution_package","package_name":"scikit-learn","version":"1.9.1"}','step_output','af873037f371422fe6ad847e9052c5054626c6a4cf8cf320b2d03a3ad761982d',NULL,'13f1c46c9dad490d99de24076a253b34','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('1477c1f122d14787be69455cc91c5828','2026-11-27 00:09:26.823065','2026-11-27 00:09:26.823116','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/evaluate/output_0/9b04aa8f-42a2-4965-bc17-9907c2fae613/91b22a86','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInMaterializer","type":"internal"}','{"module":"builtins","attribute":"float","type":"builtin"}','step_output','cb7b41bb337aed08bf971bca477b7fcd',NULL,'1ec54d4ac5384c8b879edbf717aeff1e','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('c733c42fac3a43489abbb2f7eb749b40','2026-11-27 00:09:26.989131','2026-11-27 00:09:26.989181','1',1,'BaseArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/evaluate/metrics/9b04aa8f-42a2-4965-bc17-9907c2fae613/cf95b8ba','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInContainerMaterializer","type":"internal"}','{"module":"builtins","attribute":"dict","type":"builtin"}','step_output','3d26da1fd014f9566eafa1641d523492',NULL,'e9e23d9df395412687300cc48d45463d','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('e33d3f2d1663456797c12f3fac5fb11a','2026-11-27 00:09:45.395326','2026-11-27 00:09:45.395362','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/split/x/d8c43929-f2ac-4fc1-97fd-b3c546546cbf/ac8eab83','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,30,'3b340edfb2624f43a6f69b6d2aa379a6','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('408e0d3cee34459ca9ce38695ef0082b','2026-11-27 00:09:45.747884','2026-11-27 00:09:45.747909','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/split/y/d8c43929-f2ac-4fc1-97fd-b3c546546cbf/05af7d78','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,30,'8f5e2e0d12c24225a5a6ecd05a4d3e48','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('41c1055dcbb84c0b8014e96702b8e45e','2026-11-27 00:09:47.166132','2026-11-27 00:09:47.166184','2',2,'ModelArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/train/classifier/8fea68f0-e5a2-4d21-9a9c-9a2ae3e5f0c1/b8793591','{"module":"zenml.integrations.sklearn.materializers.sklearn_materializer","attribute":"SklearnMaterializer","type":"internal"}','{"module":"sklearn.linear_model._logistic","attribute":"LogisticRegression","type":"distribution_package","package_name":"scikit-learn","version":"1.9.1"}','step_output','76fc9f6439d8e9b18326075c9580aee63d7907a01087a92dd49df9d4523b2215',NULL,'13f1c46c9dad490d99de24076a253b34','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('a7d951422c4a45f78cc78e958ed508e4','2026-11-27 00:09:47.641696','2026-11-27 00:09:47.641721','2',2,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/evaluate/output_0/bca6e11d-ad71-4f96-b523-70be311d634a/46dfb2f6','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInMaterializer","type":"internal"}','{"module":"builtins","attribute":"float","type":"builtin"}','step_output','cb7b41bb337aed08bf971bca477b7fcd',NULL,'1ec54d4ac5384c8b879edbf717aeff1e','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('48f4a063223b4ceeb93a089df5232bc8','2026-11-27 00:09:47.728263','2026-11-27 00:09:47.728287','2',2,'BaseArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/evaluate/metrics/bca6e11d-ad71-4f96-b523-70be311d634a/b22c59a8','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInContainerMaterializer","type":"internal"}','{"module":"builtins","attribute":"dict","type":"builtin"}','step_output','77ef60ea0f60f802af34f83b94856eb4',NULL,'e9e23d9df395412687300cc48d45463d','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('0906c356ae74426d99245f3f194c35e1','2026-11-27 00:09:54.243743','2026-11-27 00:09:54.243771','3',3,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/load/measurements/72be8c55-b64e-428c-aa8f-f1db5c2dcbf3/30977f3b','{"module":"zenml.integrations.pandas.materializers.pandas_materializer","attribute":"PandasMaterializer","type":"internal"}','{"module":"pandas","attribute":"DataFrame","type":"distribution_package","package_name":"pandas","version":"3.1.1"}','step_output',NULL,2,'38b121730a4d4cd59d3dd68cc004fe4a','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('3b08392084ef47029b4c2d2e9840f352','2026-11-27 00:09:58.275241','2026-11-27 00:09:58.275308','3',3,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/split/x/954936cd-3062-45f1-9d60-6bf7f3b64719/7a6ef132','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,30,'3b340edfb2624f43a6f69b6d2aa379a6','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('ffe1be75f506403793c3d3aadd4dd31d','2026-11-27 00:09:58.666248','2026-11-27 00:09:58.667123','3',3,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/split/y/954936cd-3062-45f1-9d60-6bf7f3b64719/89fadc26','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,30,'8f5e2e0d12c24225a5a6ecd05a4d3e48','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('36f07dd416de46a58c59e11b8a9b2589','2026-11-27 00:10:01.049024','2026-11-27 00:10:01.049060','3',3,'ModelArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/train/classifier/aa4f37ef-e50f-468c-8a6f-c6a36e7ccf4f/6715d0b1','{"module":"zenml.integrations.sklearn.materializers.sklearn_materializer","attribute":"SklearnMaterializer","type":"internal"}','{"module":"sklearn.linear_model._logistic","attribute":"LogisticRegression","type":"distribution_package","package_name":"scikit-learn","version":"1.9.1"}','step_output','76fc9f6439d8e9b18326075c9580aee63d7907a01087a92dd49df9d4523b2215',NULL,'13f1c46c9dad490d99de24076a253b34','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('28b0e25946794722a92f87b60a285ffc','2026-11-27 00:10:01.971015','2026-11-27 00:10:01.971166','3',3,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/evaluate/output_0/39509d77-c849-48fe-9b9d-6bd087be11fc/f3196ae7','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInMaterializer","type":"internal"}','{"module":"builtins","attribute":"float","type":"builtin"}','step_output','cb7b41bb337aed08bf971bca477b7fcd',NULL,'1ec54d4ac5384c8b879edbf717aeff1e','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('f2adf6deceef40eda618ff4e939806dc','2026-11-27 00:10:02.240359','2026-11-27 00:10:02.240397','3',3,'BaseArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/evaluate/metrics/39509d77-c849-48fe-9b9d-6bd087be11fc/db16c7dc','{"module":"zenml.materializers.built_in_materializer","attribute":"BuiltInContainerMaterializer","type":"internal"}','{"module":"builtins","attribute":"dict","type":"builtin"}','step_output','77ef60ea0f60f802af34f83b94856eb4',NULL,'e9e23d9df395412687300cc48d45463d','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('36181518c97e4ef69af5e4473672def3','2026-11-27 00:10:13.988697','2026-11-27 00:10:13.988740','1',1,'BaseArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/oddities/odd/658bcb4f-a37e-4f61-b197-790882ec2062/2ca3d416','{"module":"make","attribute":"OddMaterializer","type":"user"}','{"module":"make","attribute":"Odd","type":"user"}','step_output',NULL,NULL,'665b9450ba3342f5a260856c386146c5','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('c1d2a065e8a5450c8bdede84f784b588','2026-11-27 00:10:14.154552','2026-11-27 00:10:14.154594','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/oddities/unknown/658bcb4f-a37e-4f61-b197-790882ec2062/3448dd10','{"module":"zenml.materializers.cloudpickle_materializer","attribute":"CloudpickleMaterializer","type":"internal"}','{"module":"make","attribute":"Unknown","type":"user"}','step_output','fec1b37bc321f7b1df6301c870c0778a3fe8c8578c9ca5f22d500ffa6c3c8929',NULL,'7749884bb7af47449025bb013faa89c4','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('ad95cc5ad6d04d71918207e3f49e8fe0','2026-11-27 00:10:14.307422','2026-11-27 00:10:14.307476','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/oddities/settings/658bcb4f-a37e-4f61-b197-790882ec2062/98b2ec3e','{"module":"zenml.materializers.pydantic_materializer","attribute":"PydanticMaterializer","type":"internal"}','{"module":"make","attribute":"Settings","type":"user"}','step_output','e132aa3a88afc6eae453a70f6e219c5c',NULL,'2b3a0e4048e04c0caea4d182e458b99f','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('5a20db278d784d2faac5eeefd3230933','2026-11-27 00:10:14.552614','2026-11-27 00:10:14.552657','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/oddities/id/658bcb4f-a37e-4f61-b197-790882ec2062/1f28ff8b','{"module":"zenml.materializers.uuid_materializer","attribute":"UUIDMaterializer","type":"internal"}','{"module":"uuid","attribute":"UUID","type":"builtin"}','step_output','6d8e57f8b4aea09feb9b8ac3bd383998',NULL,'34218f58f314496a9d69ba3c1efab007','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
INSERT INTO "artifact_version" VALUES('a467617376a943f09976ea73a3a47321','2026-11-27 00:10:16.002068','2026-11-27 00:10:16.002108','1',1,'DataArtifact','/srv/zenml-0.98/stores/7c71649b-a85c-453a-887f-572a12772159/predict/predictions/61ebadd6-26c7-4ae6-b6d0-e7a93046918a/9d463f1a','{"module":"zenml.integrations.numpy.materializers.numpy_materializer","attribute":"NumpyMaterializer","type":"internal"}','{"module":"numpy","attribute":"ndarray","type":"distribution_package","package_name":"numpy","version":"2.4.6"}','step_output',NULL,2,'06a6ef3f120e44c2a3f8ee79811f6908','7c71649ba85c453a887f572a12772159','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f');
CREATE TABLE model (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	project_id CHAR(32) NOT NULL, 
	user_id CHAR(32), 
	license TEXT, 
	description TEXT, 
	audience TEXT, 
	use_cases TEXT, 
	limitations TEXT, 
	trade_offs TEXT, 
	ethics TEXT, 
	save_models_to_registry BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_model_name_in_project UNIQUE (name, project_id), 
	CONSTRAINT fk_model_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_model_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL
);
INSERT INTO "model" VALUES('dc16e69412884aa790988e1852b2ea88','2026-11-27 00:09:15.392313','2026-11-27 00:09:15.392346','tumours','68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334','MIT','Finds tumours',NULL,NULL,NULL,NULL,NULL,1);
CREATE TABLE model_version (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	project_id CHAR(32) NOT NULL, 
	user_id CHAR(32), 
	model_id CHAR(32) NOT NULL, 
	number INTEGER NOT NULL, 
	description TEXT, 
	stage TEXT, 
	producer_run_id_if_numeric CHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_version_number_for_model_id UNIQUE (number, model_id), 
	CONSTRAINT unique_version_for_model_id UNIQUE (name, model_id), 
	CONSTRAINT unique_numeric_version_for_pipeline_run UNIQUE (model_id, producer_run_id_if_numeric), 
	CONSTRAINT fk_model_version_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_model_version_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_model_version_model_id_model FOREIGN KEY(model_id) REFERENCES model (id) ON DELETE CASCADE
);
INSERT INTO "model_version" VALUES('cc127a08e5244df9b7b45554f81ca2d5','2026-11-27 00:09:15.489256','2026-11-27 00:10:03.812989','1','68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334','dc16e69412884aa790988e1852b2ea88',1,'Finds tumours','archived','a68712ec62934efa965ae8b727c970da');
INSERT INTO "model_version" VALUES('8fcf9a7986e541338f49cfb8f8b855bb','2026-11-27 00:09:33.344674','2026-11-27 00:09:33.344733','2','68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334','dc16e69412884aa790988e1852b2ea88',2,'Finds tumours',NULL,'60f6f976d4c7428ebae1e350c44858c3');
INSERT INTO "model_version" VALUES('6151ecb9d0ce4afe9ba9d49403459320','2026-11-27 00:09:40.005601','2026-11-27 00:10:03.927577','3','68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334','dc16e69412884aa790988e1852b2ea88',3,'Finds tumours','production','1f94a23a4e4449c4a3fcca633b329791');
INSERT INTO "model_version" VALUES('4fc57fd06bee47d3b0afa572ab4d8f53','2026-11-27 00:09:51.642382','2026-11-27 00:10:04.036525','4','68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334','dc16e69412884aa790988e1852b2ea88',4,'Finds tumours','staging','53edd2649d6746e5912ed76066b11a5a');
CREATE TABLE model_versions_artifacts (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	model_version_id CHAR(32) NOT NULL, 
	artifact_version_id CHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_model_versions_artifacts_model_version_id_model_version FOREIGN KEY(model_version_id) REFERENCES model_version (id) ON DELETE CASCADE, 
	CONSTRAINT fk_model_versions_artifacts_artifact_version_id_artifact_version FOREIGN KEY(artifact_version_id) REFERENCES artifact_version (id) ON DELETE CASCADE
);
INSERT INTO "model_versions_artifacts" VALUES('c05c2bf876ee4f8b9ce8c3a8f56e2ade','2026-11-27 00:09:17.872104','2026-11-27 00:09:17.872141','cc127a08e5244df9b7b45554f81ca2d5','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "model_versions_artifacts" VALUES('72b649f4fd584be79d48f754c131d3ff','2026-11-27 00:09:24.093538','2026-11-27 00:09:24.093593','cc127a08e5244df9b7b45554f81ca2d5','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "model_versions_artifacts" VALUES('761269abab6d42cd9de732c5a7925008','2026-11-27 00:09:24.103641','2026-11-27 00:09:24.103680','cc127a08e5244df9b7b45554f81ca2d5','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "model_versions_artifacts" VALUES('dfb61b6211074b43b2d1df67ae515577','2026-11-27 00:09:25.840656','2026-11-27 00:09:25.840703','cc127a08e5244df9b7b45554f81ca2d5','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "model_versions_artifacts" VALUES('827ea286f4b6441ca912e998d4855d82','2026-11-27 00:09:27.140024','2026-11-27 00:09:27.140064','cc127a08e5244df9b7b45554f81ca2d5','1477c1f122d14787be69455cc91c5828');
INSERT INTO "model_versions_artifacts" VALUES('8016b7ef26b44ed690f79c9487f36238','2026-11-27 00:09:27.167641','2026-11-27 00:09:27.167679','cc127a08e5244df9b7b45554f81ca2d5','c733c42fac3a43489abbb2f7eb749b40');
INSERT INTO "model_versions_artifacts" VALUES('93bf183aa159436d908aba2b73b7965b','2026-11-27 00:09:34.060995','2026-11-27 00:09:34.061047','8fcf9a7986e541338f49cfb8f8b855bb','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "model_versions_artifacts" VALUES('f7eb8ed942be4f54ba7795f780e3f7f2','2026-11-27 00:09:34.623758','2026-11-27 00:09:34.623787','8fcf9a7986e541338f49cfb8f8b855bb','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "model_versions_artifacts" VALUES('7c18898a1e54478db0a77e2f5a4431ad','2026-11-27 00:09:34.653338','2026-11-27 00:09:34.653368','8fcf9a7986e541338f49cfb8f8b855bb','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "model_versions_artifacts" VALUES('09f479d3233f4230a8af4fb4fefc8efa','2026-11-27 00:09:35.077197','2026-11-27 00:09:35.077225','8fcf9a7986e541338f49cfb8f8b855bb','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "model_versions_artifacts" VALUES('92d585b85e0a4ac1b8cbc278a34667d8','2026-11-27 00:09:35.558189','2026-11-27 00:09:35.558222','8fcf9a7986e541338f49cfb8f8b855bb','1477c1f122d14787be69455cc91c5828');
INSERT INTO "model_versions_artifacts" VALUES('0d35c14fed23403db7f324bb6aa21a40','2026-11-27 00:09:35.574623','2026-11-27 00:09:35.574705','8fcf9a7986e541338f49cfb8f8b855bb','c733c42fac3a43489abbb2f7eb749b40');
INSERT INTO "model_versions_artifacts" VALUES('209a827616974cecba2cd2c208d9d805','2026-11-27 00:09:40.495088','2026-11-27 00:09:40.495116','6151ecb9d0ce4afe9ba9d49403459320','3fd98dbabfe54aa4b55bac9a30b1613c');
INSERT INTO "model_versions_artifacts" VALUES('f23eb9ea15fc4e379925a18b8eff543d','2026-11-27 00:09:45.805815','2026-11-27 00:09:45.805839','6151ecb9d0ce4afe9ba9d49403459320','e33d3f2d1663456797c12f3fac5fb11a');
INSERT INTO "model_versions_artifacts" VALUES('0f6444377265467ca5831d78a919a1d5','2026-11-27 00:09:45.811061','2026-11-27 00:09:45.811102','6151ecb9d0ce4afe9ba9d49403459320','408e0d3cee34459ca9ce38695ef0082b');
INSERT INTO "model_versions_artifacts" VALUES('2f3541ee15834f34bcc1f4a218a55327','2026-11-27 00:09:47.204974','2026-11-27 00:09:47.205021','6151ecb9d0ce4afe9ba9d49403459320','41c1055dcbb84c0b8014e96702b8e45e');
INSERT INTO "model_versions_artifacts" VALUES('bd41109e66ef424b9d0a30742bd375d5','2026-11-27 00:09:47.934651','2026-11-27 00:09:47.934688','6151ecb9d0ce4afe9ba9d49403459320','a7d951422c4a45f78cc78e958ed508e4');
INSERT INTO "model_versions_artifacts" VALUES('50f55b4b81064d988e634e49bdc7eaea','2026-11-27 00:09:47.963613','2026-11-27 00:09:47.963661','6151ecb9d0ce4afe9ba9d49403459320','48f4a063223b4ceeb93a089df5232bc8');
INSERT INTO "model_versions_artifacts" VALUES('9afa69b02dcb4528a1957b457cf90094','2026-11-27 00:09:54.835796','2026-11-27 00:09:54.835822','4fc57fd06bee47d3b0afa572ab4d8f53','0906c356ae74426d99245f3f194c35e1');
INSERT INTO "model_versions_artifacts" VALUES('f2fb3467d47f44c2969ef9b2b7178e08','2026-11-27 00:09:59.032518','2026-11-27 00:09:59.032549','4fc57fd06bee47d3b0afa572ab4d8f53','3b08392084ef47029b4c2d2e9840f352');
INSERT INTO "model_versions_artifacts" VALUES('5a99a2b68c1e40b29d7e936ec37f202b','2026-11-27 00:09:59.048505','2026-11-27 00:09:59.048535','4fc57fd06bee47d3b0afa572ab4d8f53','ffe1be75f506403793c3d3aadd4dd31d');
INSERT INTO "model_versions_artifacts" VALUES('5eeb2d4895284aa59cef59a5e880b1f2','2026-11-27 00:10:01.335583','2026-11-27 00:10:01.335618','4fc57fd06bee47d3b0afa572ab4d8f53','36f07dd416de46a58c59e11b8a9b2589');
INSERT INTO "model_versions_artifacts" VALUES('1c515b5bc1234ad09ee2719259a19471','2026-11-27 00:10:02.653879','2026-11-27 00:10:02.653906','4fc57fd06bee47d3b0afa572ab4d8f53','28b0e25946794722a92f87b60a285ffc');
INSERT INTO "model_versions_artifacts" VALUES('68aca85c6aad4ea89733ab4dfd025cc2','2026-11-27 00:10:02.674859','2026-11-27 00:10:02.674897','4fc57fd06bee47d3b0afa572ab4d8f53','f2adf6deceef40eda618ff4e939806dc');
CREATE TABLE pipeline (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	description TEXT, 
	project_id CHAR(32) NOT NULL, 
	user_id CHAR(32), 
	run_count INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_pipeline_name_in_project UNIQUE (name, project_id), 
	CONSTRAINT fk_pipeline_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pipeline_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL
);
INSERT INTO "pipeline" VALUES('9ee139486efe4fefbba14daaac8a3e90','2026-11-27 00:08:44.677243','2026-11-27 00:08:44.677289','ingest',NULL,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334',2);
INSERT INTO "pipeline" VALUES('660ed10962024246a5c31d8e4e24f91a','2026-11-27 00:09:15.193398','2026-11-27 00:09:15.193432','training',NULL,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334',4);
INSERT INTO "pipeline" VALUES('42f2def0ac1c4d8393daf06150bc2a4c','2026-11-27 00:10:10.331475','2026-11-27 00:10:10.331517','scoring',NULL,'68a03f2bb1644f7f8de13b7317cf4f9f','12509c7ac6974856a3934bb0398b8334',1);
CREATE TABLE pipeline_run (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	orchestrator_run_id VARCHAR, 
	start_time DATETIME, 
	end_time DATETIME, 
	in_progress BOOLEAN NOT NULL, 
	status VARCHAR NOT NULL, 
	status_reason VARCHAR, 
	orchestrator_environment TEXT, 
	"index" INTEGER NOT NULL, 
	enable_heartbeat BOOLEAN NOT NULL, 
	exception_info VARCHAR(16777215), 
	child_key VARCHAR, 
	snapshot_id CHAR(32), 
	user_id CHAR(32), 
	project_id CHAR(32) NOT NULL, 
	pipeline_id CHAR(32), 
	model_version_id CHAR(32), 
	pipeline_configuration TEXT, 
	client_environment TEXT, 
	stack_id CHAR(32), 
	build_id CHAR(32), 
	schedule_id CHAR(32), 
	original_run_id CHAR(32), 
	parent_run_id CHAR(32), 
	root_run_id CHAR(32), 
	triggered_by CHAR(32), 
	triggered_by_type VARCHAR, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_orchestrator_run_id_for_snapshot_id UNIQUE (snapshot_id, orchestrator_run_id), 
	CONSTRAINT unique_run_name_in_project UNIQUE (name, project_id), 
	CONSTRAINT unique_child_key_for_parent_run_id UNIQUE (parent_run_id, child_key), 
	CONSTRAINT fk_pipeline_run_snapshot_id_pipeline_snapshot FOREIGN KEY(snapshot_id) REFERENCES pipeline_snapshot (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pipeline_run_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pipeline_run_pipeline_id_pipeline FOREIGN KEY(pipeline_id) REFERENCES pipeline (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_model_version_id_model_version FOREIGN KEY(model_version_id) REFERENCES model_version (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_stack_id_stack FOREIGN KEY(stack_id) REFERENCES stack (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_build_id_pipeline_build FOREIGN KEY(build_id) REFERENCES pipeline_build (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_schedule_id_schedule FOREIGN KEY(schedule_id) REFERENCES schedule (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_original_run_id_pipeline_run FOREIGN KEY(original_run_id) REFERENCES pipeline_run (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_parent_run_id_pipeline_run FOREIGN KEY(parent_run_id) REFERENCES pipeline_run (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_run_root_run_id_pipeline_run FOREIGN KEY(root_run_id) REFERENCES pipeline_run (id) ON DELETE SET NULL
);
INSERT INTO "pipeline_run" VALUES('22cfe320833b4fbf934c6064d642f0f6','2026-11-27 00:08:45.005618','2026-11-27 00:08:57.781614','ingest-2026_11_27-00_08_44_966654','ae7834c4-3294-407c-89c7-ed55721ae097','2026-11-27 00:08:44.966654','2026-11-27 00:08:57.543475',0,'completed',NULL,'{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}',1,1,NULL,NULL,'1304b2e5f2054a33a0f2f44e40091cd5','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','9ee139486efe4fefbba14daaac8a3e90',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pipeline_run" VALUES('dff0d75efb2749aaa71db644f03067d7','2026-11-27 00:09:01.873062','2026-11-27 00:09:12.223227','ingest-2026_11_27-00_09_01_863521','7ae78c13-fc50-434a-b13b-e9671ce4c5a1','2026-11-27 00:09:01.863521','2026-11-27 00:09:11.933196',0,'completed',NULL,'{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}',2,1,NULL,NULL,'0073553c58c34ad8a291b52330d7aff4','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','9ee139486efe4fefbba14daaac8a3e90',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pipeline_run" VALUES('a68712ec62934efa965ae8b727c970da','2026-11-27 00:09:15.325610','2026-11-27 00:09:27.389758','training-2026_11_27-00_09_15_278685','f83a4627-fa33-4d5b-ac54-7e0ff59fea98','2026-11-27 00:09:15.278685','2026-11-27 00:09:27.238270',0,'completed',NULL,'{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}',1,1,NULL,NULL,'6a31ae8e410a464399c5477ed57c02c3','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','660ed10962024246a5c31d8e4e24f91a','cc127a08e5244df9b7b45554f81ca2d5',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pipeline_run" VALUES('60f6f976d4c7428ebae1e350c44858c3','2026-11-27 00:09:33.236357','2026-11-27 00:09:35.474173','training-2026_11_27-00_09_33_176257',NULL,'2026-11-27 00:09:33.176257','2026-11-27 00:09:35.474173',0,'completed',NULL,'{}',2,1,NULL,NULL,'003e08352d374edb866aa4a787171a5b','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','660ed10962024246a5c31d8e4e24f91a','8fcf9a7986e541338f49cfb8f8b855bb',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pipeline_run" VALUES('1f94a23a4e4449c4a3fcca633b329791','2026-11-27 00:09:39.946690','2026-11-27 00:09:48.113803','training-2026_11_27-00_09_39_884456','b01e18f0-0ca1-4435-b31f-7890c2894177','2026-11-27 00:09:39.884456','2026-11-27 00:09:48.045029',0,'completed',NULL,'{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}',3,1,NULL,NULL,'372a08d251154a4eb10ec519a8d81925','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','660ed10962024246a5c31d8e4e24f91a','6151ecb9d0ce4afe9ba9d49403459320',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pipeline_run" VALUES('53edd2649d6746e5912ed76066b11a5a','2026-11-27 00:09:51.588233','2026-11-27 00:10:03.518189','training-2026_11_27-00_09_51_547839','b4b12db5-5efa-4868-98c0-063c6b08f993','2026-11-27 00:09:51.547839','2026-11-27 00:10:03.402341',0,'completed',NULL,'{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}',4,1,NULL,NULL,'c623d101b04a4e0da72953eabcaa815d','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','660ed10962024246a5c31d8e4e24f91a','4fc57fd06bee47d3b0afa572ab4d8f53',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "pipeline_run" VALUES('bb1d129b6c5945579f2d66c5276a3c68','2026-11-27 00:10:10.588285','2026-11-27 00:10:16.867026','scoring-2026_11_27-00_10_10_574890','0fc87133-4cb1-4cdb-bf7d-af0979ca0fc8','2026-11-27 00:10:10.574890','2026-11-27 00:10:16.867026',0,'failed',NULL,'{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}',1,1,NULL,NULL,'4dd07d71ecab4e02861358b3fb489cfa','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','42f2def0ac1c4d8393daf06150bc2a4c',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE pipeline_snapshot (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR, 
	description VARCHAR(16777215), 
	is_dynamic BOOLEAN NOT NULL, 
	pipeline_configuration VARCHAR(16777215) NOT NULL, 
	client_environment TEXT NOT NULL, 
	run_name_template VARCHAR NOT NULL, 
	client_version VARCHAR, 
	server_version VARCHAR, 
	pipeline_version_hash VARCHAR, 
	pipeline_spec VARCHAR(16777215), 
	source_code TEXT, 
	code_path VARCHAR, 
	user_id CHAR(32), 
	project_id CHAR(32) NOT NULL, 
	stack_id CHAR(32), 
	pipeline_id CHAR(32) NOT NULL, 
	schedule_id CHAR(32), 
	build_id CHAR(32), 
	code_reference_id CHAR(32), 
	source_snapshot_id CHAR(32), 
	template_id CHAR(32), 
	step_count INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_name_for_pipeline_id UNIQUE (pipeline_id, name), 
	CONSTRAINT fk_pipeline_snapshot_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_snapshot_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pipeline_snapshot_stack_id_stack FOREIGN KEY(stack_id) REFERENCES stack (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_snapshot_pipeline_id_pipeline FOREIGN KEY(pipeline_id) REFERENCES pipeline (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pipeline_snapshot_schedule_id_schedule FOREIGN KEY(schedule_id) REFERENCES schedule (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_snapshot_build_id_pipeline_build FOREIGN KEY(build_id) REFERENCES pipeline_build (id) ON DELETE SET NULL, 
	CONSTRAINT fk_pipeline_snapshot_code_reference_id_code_reference FOREIGN KEY(code_reference_id) REFERENCES code_reference (id) ON DELETE SET NULL
);
INSERT INTO "pipeline_snapshot" VALUES('1304b2e5f2054a33a0f2f44e40091cd5','2026-11-27 00:08:44.805720','2026-11-27 00:08:44.805765',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','ingest-{date}-{time}','0.98.0','0.98.0','8f1ec721aaf1c0ae358c7bee56299b5f','{"input_schema": {"additionalProperties": false, "properties": {"rows": {"default": 20, "title": "Rows", "type": "integer"}}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {"rows": 20}, "source": {"attribute": "ingest", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "load", "parameter_spec": {"additionalProperties": false, "properties": {"rows": {"default": 20, "title": "Rows", "type": "integer"}}, "title": "LoadParameters", "type": "object"}, "source": {"attribute": "load", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "describe", "parameter_spec": {}, "source": {"attribute": "describe", "module": "make", "type": "user"}, "upstream_steps": ["load"]}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "pack", "parameter_spec": {}, "source": {"attribute": "pack", "module": "make", "type": "user"}, "upstream_steps": ["load"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','9ee139486efe4fefbba14daaac8a3e90',NULL,NULL,NULL,NULL,NULL,3);
INSERT INTO "pipeline_snapshot" VALUES('0073553c58c34ad8a291b52330d7aff4','2026-11-27 00:09:01.819994','2026-11-27 00:09:01.820045',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','ingest-{date}-{time}','0.98.0','0.98.0','9cbb2dda08d289b53ec48ca9245e635e','{"input_schema": {"additionalProperties": false, "properties": {"rows": {"default": 30, "title": "Rows", "type": "integer"}}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {"rows": 30}, "source": {"attribute": "ingest", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "load", "parameter_spec": {"additionalProperties": false, "properties": {"rows": {"default": 30, "title": "Rows", "type": "integer"}}, "title": "LoadParameters", "type": "object"}, "source": {"attribute": "load", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "describe", "parameter_spec": {}, "source": {"attribute": "describe", "module": "make", "type": "user"}, "upstream_steps": ["load"]}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "pack", "parameter_spec": {}, "source": {"attribute": "pack", "module": "make", "type": "user"}, "upstream_steps": ["load"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','9ee139486efe4fefbba14daaac8a3e90',NULL,NULL,NULL,NULL,NULL,3);
INSERT INTO "pipeline_snapshot" VALUES('6a31ae8e410a464399c5477ed57c02c3','2026-11-27 00:09:15.232284','2026-11-27 00:09:15.232318',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','training-{date}-{time}','0.98.0','0.98.0','6edd5d7e105e7d7425254f35920f1e37','{"input_schema": {"additionalProperties": false, "properties": {"c": {"default": 1.0, "title": "C", "type": "number"}, "rows": {"default": 20, "title": "Rows", "type": "integer"}}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {"c": 1.0, "rows": 20}, "source": {"attribute": "training", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "load", "parameter_spec": {"additionalProperties": false, "properties": {"rows": {"default": 20, "title": "Rows", "type": "integer"}}, "title": "LoadParameters", "type": "object"}, "source": {"attribute": "load", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "split", "parameter_spec": {}, "source": {"attribute": "split", "module": "make", "type": "user"}, "upstream_steps": ["load"]}, {"enable_heartbeat": false, "inputs": {"x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "train", "parameter_spec": {"additionalProperties": false, "properties": {"c": {"default": 1.0, "title": "C", "type": "number"}}, "title": "TrainParameters", "type": "object"}, "source": {"attribute": "train", "module": "make", "type": "user"}, "upstream_steps": ["split"]}, {"enable_heartbeat": false, "inputs": {"model": {"chunk_index": null, "chunk_size": null, "output_name": "classifier", "step_name": "train"}, "x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "evaluate", "parameter_spec": {}, "source": {"attribute": "evaluate", "module": "make", "type": "user"}, "upstream_steps": ["split", "train"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','660ed10962024246a5c31d8e4e24f91a',NULL,NULL,NULL,NULL,NULL,4);
INSERT INTO "pipeline_snapshot" VALUES('003e08352d374edb866aa4a787171a5b','2026-11-27 00:09:33.135063','2026-11-27 00:09:33.135104',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','training-{date}-{time}','0.98.0','0.98.0','6edd5d7e105e7d7425254f35920f1e37','{"input_schema": {"additionalProperties": false, "properties": {"c": {"default": 1.0, "title": "C", "type": "number"}, "rows": {"default": 20, "title": "Rows", "type": "integer"}}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {"c": 1.0, "rows": 20}, "source": {"attribute": "training", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "load", "parameter_spec": {"additionalProperties": false, "properties": {"rows": {"default": 20, "title": "Rows", "type": "integer"}}, "title": "LoadParameters", "type": "object"}, "source": {"attribute": "load", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "split", "parameter_spec": {}, "source": {"attribute": "split", "module": "make", "type": "user"}, "upstream_steps": ["load"]}, {"enable_heartbeat": false, "inputs": {"x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "train", "parameter_spec": {"additionalProperties": false, "properties": {"c": {"default": 1.0, "title": "C", "type": "number"}}, "title": "TrainParameters", "type": "object"}, "source": {"attribute": "train", "module": "make", "type": "user"}, "upstream_steps": ["split"]}, {"enable_heartbeat": false, "inputs": {"model": {"chunk_index": null, "chunk_size": null, "output_name": "classifier", "step_name": "train"}, "x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "evaluate", "parameter_spec": {}, "source": {"attribute": "evaluate", "module": "make", "type": "user"}, "upstream_steps": ["split", "train"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','660ed10962024246a5c31d8e4e24f91a',NULL,NULL,NULL,NULL,NULL,4);
INSERT INTO "pipeline_snapshot" VALUES('372a08d251154a4eb10ec519a8d81925','2026-11-27 00:09:39.777557','2026-11-27 00:09:39.777658',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','training-{date}-{time}','0.98.0','0.98.0','4f29cd9dd751983647ef7eeb3e1de8c4','{"input_schema": {"additionalProperties": false, "properties": {"c": {"default": 0.5, "title": "C", "type": "number"}, "rows": {"default": 30, "title": "Rows", "type": "integer"}}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {"c": 0.5, "rows": 30}, "source": {"attribute": "training", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "load", "parameter_spec": {"additionalProperties": false, "properties": {"rows": {"default": 30, "title": "Rows", "type": "integer"}}, "title": "LoadParameters", "type": "object"}, "source": {"attribute": "load", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "split", "parameter_spec": {}, "source": {"attribute": "split", "module": "make", "type": "user"}, "upstream_steps": ["load"]}, {"enable_heartbeat": false, "inputs": {"x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "train", "parameter_spec": {"additionalProperties": false, "properties": {"c": {"default": 0.5, "title": "C", "type": "number"}}, "title": "TrainParameters", "type": "object"}, "source": {"attribute": "train", "module": "make", "type": "user"}, "upstream_steps": ["split"]}, {"enable_heartbeat": false, "inputs": {"model": {"chunk_index": null, "chunk_size": null, "output_name": "classifier", "step_name": "train"}, "x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "evaluate", "parameter_spec": {}, "source": {"attribute": "evaluate", "module": "make", "type": "user"}, "upstream_steps": ["split", "train"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','660ed10962024246a5c31d8e4e24f91a',NULL,NULL,NULL,NULL,NULL,4);
INSERT INTO "pipeline_snapshot" VALUES('c623d101b04a4e0da72953eabcaa815d','2026-11-27 00:09:51.460625','2026-11-27 00:09:51.460651',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','training-{date}-{time}','0.98.0','0.98.0','4f29cd9dd751983647ef7eeb3e1de8c4','{"input_schema": {"additionalProperties": false, "properties": {"c": {"default": 0.5, "title": "C", "type": "number"}, "rows": {"default": 30, "title": "Rows", "type": "integer"}}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {"c": 0.5, "rows": 30}, "source": {"attribute": "training", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "load", "parameter_spec": {"additionalProperties": false, "properties": {"rows": {"default": 30, "title": "Rows", "type": "integer"}}, "title": "LoadParameters", "type": "object"}, "source": {"attribute": "load", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"table": {"chunk_index": null, "chunk_size": null, "output_name": "measurements", "step_name": "load"}}, "invocation_id": "split", "parameter_spec": {}, "source": {"attribute": "split", "module": "make", "type": "user"}, "upstream_steps": ["load"]}, {"enable_heartbeat": false, "inputs": {"x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "train", "parameter_spec": {"additionalProperties": false, "properties": {"c": {"default": 0.5, "title": "C", "type": "number"}}, "title": "TrainParameters", "type": "object"}, "source": {"attribute": "train", "module": "make", "type": "user"}, "upstream_steps": ["split"]}, {"enable_heartbeat": false, "inputs": {"model": {"chunk_index": null, "chunk_size": null, "output_name": "classifier", "step_name": "train"}, "x": {"chunk_index": null, "chunk_size": null, "output_name": "x", "step_name": "split"}, "y": {"chunk_index": null, "chunk_size": null, "output_name": "y", "step_name": "split"}}, "invocation_id": "evaluate", "parameter_spec": {}, "source": {"attribute": "evaluate", "module": "make", "type": "user"}, "upstream_steps": ["split", "train"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','660ed10962024246a5c31d8e4e24f91a',NULL,NULL,NULL,NULL,NULL,4);
INSERT INTO "pipeline_snapshot" VALUES('4dd07d71ecab4e02861358b3fb489cfa','2026-11-27 00:10:10.359078','2026-11-27 00:10:10.359128',NULL,NULL,0,'{}','{"environment":"native","os":"linux","linux_distro":"debian","linux_distro_like":"","linux_distro_version":"12","python_version":"3.11.7","zenml_version":"0.98.0"}','scoring-{date}-{time}','0.98.0','0.98.0','525e65e9cf0533008590464c8cbe6750','{"input_schema": {"additionalProperties": false, "properties": {}, "title": "PipelineInput", "type": "object"}, "output_schema": {"properties": {}, "title": "PipelineOutput", "type": "object"}, "outputs": [], "parameters": {}, "source": {"attribute": "scoring", "module": "make", "type": "user"}, "steps": [{"enable_heartbeat": false, "inputs": {}, "invocation_id": "oddities", "parameter_spec": {}, "source": {"attribute": "oddities", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {}, "invocation_id": "predict", "parameter_spec": {}, "source": {"attribute": "predict", "module": "make", "type": "user"}, "upstream_steps": []}, {"enable_heartbeat": false, "inputs": {"predictions": {"chunk_index": null, "chunk_size": null, "output_name": "predictions", "step_name": "predict"}}, "invocation_id": "fail", "parameter_spec": {}, "source": {"attribute": "fail", "module": "make", "type": "user"}, "upstream_steps": ["predict"]}], "version": "0.5"}',NULL,NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','70a1d4d933dd45a094a132cbeb566a6c','42f2def0ac1c4d8393daf06150bc2a4c',NULL,NULL,NULL,NULL,NULL,3);
CREATE TABLE project (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	display_name VARCHAR NOT NULL, 
	description VARCHAR NOT NULL, 
	project_metadata VARCHAR(16777215), 
	PRIMARY KEY (id), 
	CONSTRAINT unique_project_name UNIQUE (name)
);
INSERT INTO "project" VALUES('68a03f2bb1644f7f8de13b7317cf4f9f','2026-11-27 00:08:38.628120','2026-11-27 00:08:38.628161','default','default','','{}');
CREATE TABLE run_metadata (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	stack_component_id CHAR(32), 
	user_id CHAR(32), 
	project_id CHAR(32) NOT NULL, 
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	type VARCHAR NOT NULL, 
	publisher_step_id CHAR(32), 
	PRIMARY KEY (id), 
	CONSTRAINT fk_run_metadata_stack_component_id_stack_component FOREIGN KEY(stack_component_id) REFERENCES stack_component (id) ON DELETE SET NULL, 
	CONSTRAINT fk_run_metadata_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_run_metadata_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_run_metadata_publisher_step_id_step_run FOREIGN KEY(publisher_step_id) REFERENCES step_run (id) ON DELETE SET NULL
);
INSERT INTO "run_metadata" VALUES('6a69833a5b164f71828f2511a3503b1a','2026-11-27 00:08:49.331353','2026-11-27 00:08:49.331391',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3037','int',NULL);
INSERT INTO "run_metadata" VALUES('307621f0b63f4717b60609630bb664a0','2026-11-27 00:08:49.574658','2026-11-27 00:08:49.574699',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[20, 2]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('976f82ae59914bd980a06844beac8bf7','2026-11-27 00:08:49.617180','2026-11-27 00:08:49.617223',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','{"x": "<class ''numpy.float64''>", "label": "<class ''numpy.int64''>"}','dict',NULL);
INSERT INTO "run_metadata" VALUES('13990e822a5b4cf5953caa330915011c','2026-11-27 00:08:49.638492','2026-11-27 00:08:49.638535',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','{"x": 4.75, "label": 0.45}','dict',NULL);
INSERT INTO "run_metadata" VALUES('abbb92eaad6e477f9b90cadd4d77aa88','2026-11-27 00:08:49.662705','2026-11-27 00:08:49.662753',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','{"x": 2.958039891549808, "label": 0.5104177855340405}','dict',NULL);
INSERT INTO "run_metadata" VALUES('ef5d650c7fc44f3fb68a4ae13c9f4a4e','2026-11-27 00:08:49.680851','2026-11-27 00:08:49.680894',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','{"x": 0.0, "label": 0.0}','dict',NULL);
INSERT INTO "run_metadata" VALUES('07dd61b02c9441e68a7db9f9d85b8cb3','2026-11-27 00:08:49.709169','2026-11-27 00:08:49.709245',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','{"x": 9.5, "label": 1.0}','dict',NULL);
INSERT INTO "run_metadata" VALUES('6b921cd7ee844875801945abc35307f2','2026-11-27 00:08:49.738621','2026-11-27 00:08:49.738659',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','source','"sensor 7"','str',NULL);
INSERT INTO "run_metadata" VALUES('7f913f3b3fc9477da4218c8a078ad625','2026-11-27 00:08:49.766717','2026-11-27 00:08:49.766756',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','rows','20','int',NULL);
INSERT INTO "run_metadata" VALUES('efd694aa05f04fb3b635bfbe08b78a75','2026-11-27 00:08:54.511808','2026-11-27 00:08:54.511866',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','1716','int',NULL);
INSERT INTO "run_metadata" VALUES('d0144ab17a7041a8890cf8952def071e','2026-11-27 00:08:54.575815','2026-11-27 00:08:54.575877',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','length','4','int',NULL);
INSERT INTO "run_metadata" VALUES('37d3f6cedb53422998f6d85c6cc3c479','2026-11-27 00:08:54.941215','2026-11-27 00:08:54.941252',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','2419','int',NULL);
INSERT INTO "run_metadata" VALUES('59843638371648859287b2c8df84ff44','2026-11-27 00:08:55.103606','2026-11-27 00:08:55.103667',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[20]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('f848df76a44846e497207026866c1139','2026-11-27 00:08:55.195619','2026-11-27 00:08:55.195671',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.float64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('3cc1224870ad4b7781e2babbc6233f5f','2026-11-27 00:08:55.621098','2026-11-27 00:08:55.621155',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','9.5','float',NULL);
INSERT INTO "run_metadata" VALUES('91f54cee777149e5a3398878153b2545','2026-11-27 00:08:55.930100','2026-11-27 00:08:55.930159',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','5.916079783099616','float',NULL);
INSERT INTO "run_metadata" VALUES('52b87e70babe4648ad220769f9704efe','2026-11-27 00:08:55.965318','2026-11-27 00:08:55.965377',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0.0','float',NULL);
INSERT INTO "run_metadata" VALUES('ddc3b5e9086e4392a95ff648c15c65af','2026-11-27 00:08:56.002821','2026-11-27 00:08:56.002876',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','19.0','float',NULL);
INSERT INTO "run_metadata" VALUES('fb801b7dab60496aa82ed8ac97f5c7b8','2026-11-27 00:08:56.494845','2026-11-27 00:08:56.494889',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','19','int',NULL);
INSERT INTO "run_metadata" VALUES('f86f030123b349278947905660e48d40','2026-11-27 00:08:56.561891','2026-11-27 00:08:56.562042',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','14','int',NULL);
INSERT INTO "run_metadata" VALUES('294a65f2e5814fb7bf857ed163f798f5','2026-11-27 00:08:57.036968','2026-11-27 00:08:57.037019',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','5','int',NULL);
INSERT INTO "run_metadata" VALUES('2755cda0948a43148e1e140f52d7c41d','2026-11-27 00:08:57.279910','2026-11-27 00:08:57.279962',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','5','int',NULL);
INSERT INTO "run_metadata" VALUES('3037790b6f49463ca1cda5b4ad3f1196','2026-11-27 00:08:57.473407','2026-11-27 00:08:57.473459',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','368','int',NULL);
INSERT INTO "run_metadata" VALUES('b3d36624812f49d1a6a6c9a4c802e0c1','2026-11-27 00:09:06.161700','2026-11-27 00:09:06.161738',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3099','int',NULL);
INSERT INTO "run_metadata" VALUES('fffe6dffbd9c4a1e8e7d99144cb43358','2026-11-27 00:09:06.214790','2026-11-27 00:09:06.214836',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30, 2]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('fed169ba46e04757ac87aaa00753bd13','2026-11-27 00:09:06.255321','2026-11-27 00:09:06.255350',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','{"x": "<class ''numpy.float64''>", "label": "<class ''numpy.int64''>"}','dict',NULL);
INSERT INTO "run_metadata" VALUES('2152389ba4554f92906a46684235259d','2026-11-27 00:09:06.314554','2026-11-27 00:09:06.314582',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','{"x": 7.25, "label": 0.4666666666666667}','dict',NULL);
INSERT INTO "run_metadata" VALUES('ed4760b18b584dc086ac33f543b4784f','2026-11-27 00:09:06.366691','2026-11-27 00:09:06.366721',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','{"x": 4.401704215414752, "label": 0.5074162634049248}','dict',NULL);
INSERT INTO "run_metadata" VALUES('67bc62e0e49045dd885ae6896ba6c17e','2026-11-27 00:09:06.422643','2026-11-27 00:09:06.422671',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','{"x": 0.0, "label": 0.0}','dict',NULL);
INSERT INTO "run_metadata" VALUES('80cb42d1c79d4698bd2bad43e09c26b3','2026-11-27 00:09:06.462630','2026-11-27 00:09:06.462661',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','{"x": 14.5, "label": 1.0}','dict',NULL);
INSERT INTO "run_metadata" VALUES('0262386d0a3344288d7adae507d7ec51','2026-11-27 00:09:06.510531','2026-11-27 00:09:06.510561',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','source','"sensor 7"','str',NULL);
INSERT INTO "run_metadata" VALUES('c22c6f880eb945d6ab9837a36e18e168','2026-11-27 00:09:06.570612','2026-11-27 00:09:06.570641',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','rows','30','int',NULL);
INSERT INTO "run_metadata" VALUES('45bbc18e612643eaba2cf78b11329c73','2026-11-27 00:09:09.065808','2026-11-27 00:09:09.065853',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','1716','int',NULL);
INSERT INTO "run_metadata" VALUES('0e949b72fa9e4418ba6f9f13f3d54a18','2026-11-27 00:09:09.126776','2026-11-27 00:09:09.126827',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','length','4','int',NULL);
INSERT INTO "run_metadata" VALUES('036d3abeaf7248d79659dd3331d7620f','2026-11-27 00:09:09.403409','2026-11-27 00:09:09.403451',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','2466','int',NULL);
INSERT INTO "run_metadata" VALUES('d13a8d236c844133858635f72a561263','2026-11-27 00:09:09.450280','2026-11-27 00:09:09.450306',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('3cc9c239cddc4d3a9864611417863690','2026-11-27 00:09:09.498357','2026-11-27 00:09:09.498382',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.float64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('0526252ade654e9998a036b4a2642dc9','2026-11-27 00:09:09.632905','2026-11-27 00:09:09.632933',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','14.5','float',NULL);
INSERT INTO "run_metadata" VALUES('6f17cafbdde74ae09a21ccd038e84aed','2026-11-27 00:09:09.676479','2026-11-27 00:09:09.676505',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','8.803408430829505','float',NULL);
INSERT INTO "run_metadata" VALUES('8cf2158072ad4c0da7f1727b58d15de0','2026-11-27 00:09:09.765741','2026-11-27 00:09:09.765769',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0.0','float',NULL);
INSERT INTO "run_metadata" VALUES('141cea06d68247a9af92a9cd11233b1c','2026-11-27 00:09:09.858665','2026-11-27 00:09:09.858723',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','29.0','float',NULL);
INSERT INTO "run_metadata" VALUES('15ba8ab72c1d498e9330382792be9f12','2026-11-27 00:09:10.052668','2026-11-27 00:09:10.052695',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','19','int',NULL);
INSERT INTO "run_metadata" VALUES('e446654984b642e5adb98750098298e1','2026-11-27 00:09:10.148656','2026-11-27 00:09:10.148680',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','14','int',NULL);
INSERT INTO "run_metadata" VALUES('59d861f626c14feab599d4b0fb4adb7f','2026-11-27 00:09:10.868417','2026-11-27 00:09:10.868443',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','5','int',NULL);
INSERT INTO "run_metadata" VALUES('400c937cc6a34d38b1c5d1a2e919b56d','2026-11-27 00:09:10.951398','2026-11-27 00:09:10.951421',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','5','int',NULL);
INSERT INTO "run_metadata" VALUES('5f9587377eb44db7b4b7d3cb02ac5c88','2026-11-27 00:09:11.817657','2026-11-27 00:09:11.817686',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','416','int',NULL);
INSERT INTO "run_metadata" VALUES('bd1cfc468a4c43e4a2aa1ba967522374','2026-11-27 00:09:23.545448','2026-11-27 00:09:23.545484',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','288','int',NULL);
INSERT INTO "run_metadata" VALUES('0f195783026a4f97be99855e9c0acb58','2026-11-27 00:09:23.722825','2026-11-27 00:09:23.722878',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[20, 1]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('648e41521ff94f45a1d00bc4960d814a','2026-11-27 00:09:23.766936','2026-11-27 00:09:23.766973',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.float64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('84efaaf5694e452c8a3a227104fbb69d','2026-11-27 00:09:23.823352','2026-11-27 00:09:23.823397',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','4.75','float',NULL);
INSERT INTO "run_metadata" VALUES('f4c03e3efb8f412a9b77dfb92f61ac0a','2026-11-27 00:09:23.835827','2026-11-27 00:09:23.835865',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','2.883140648667699','float',NULL);
INSERT INTO "run_metadata" VALUES('d58e92085e694b609b60e6282d18e729','2026-11-27 00:09:23.859915','2026-11-27 00:09:23.859951',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0.0','float',NULL);
INSERT INTO "run_metadata" VALUES('f16b73e9fee04f6fafae37e7b7b60469','2026-11-27 00:09:23.866520','2026-11-27 00:09:23.866560',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','9.5','float',NULL);
INSERT INTO "run_metadata" VALUES('85e72c2089244c0d8eb2b5511758c59b','2026-11-27 00:09:23.916614','2026-11-27 00:09:23.916642',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','288','int',NULL);
INSERT INTO "run_metadata" VALUES('05216de3aabc4d2ca116c95b5f26457d','2026-11-27 00:09:23.937020','2026-11-27 00:09:23.937070',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[20]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('84aa47ef74cc428595c018911cd918a3','2026-11-27 00:09:23.978646','2026-11-27 00:09:23.978686',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.int64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('91c1bd40ca694f79a3ded68496e75cee','2026-11-27 00:09:24.007985','2026-11-27 00:09:24.008022',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','0.45','float',NULL);
INSERT INTO "run_metadata" VALUES('013e30f084c3433b885a6bc598ba67a2','2026-11-27 00:09:24.014386','2026-11-27 00:09:24.014421',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','0.49749371855331004','float',NULL);
INSERT INTO "run_metadata" VALUES('b9ca2de84bfd4903936ef745b45ba033','2026-11-27 00:09:24.056979','2026-11-27 00:09:24.057026',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0','int',NULL);
INSERT INTO "run_metadata" VALUES('c32248558bf749b38a2f18fa9bd1684f','2026-11-27 00:09:24.072309','2026-11-27 00:09:24.072436',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','1','int',NULL);
INSERT INTO "run_metadata" VALUES('1b7f0b0542874b94a3aa8143cbcf5ba6','2026-11-27 00:09:24.850788','2026-11-27 00:09:24.850826',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','c','1.0','float',NULL);
INSERT INTO "run_metadata" VALUES('5a51b9a09fdd4b34bae3ec9855438b19','2026-11-27 00:09:25.780774','2026-11-27 00:09:25.780812',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','682','int',NULL);
INSERT INTO "run_metadata" VALUES('8b2e71829d284550a7b0462910ee9274','2026-11-27 00:09:26.858643','2026-11-27 00:09:26.858685',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3','int',NULL);
INSERT INTO "run_metadata" VALUES('cd483113463341f2b8c0efcc107145b3','2026-11-27 00:09:26.891871','2026-11-27 00:09:26.891915',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','string_representation','"1.0"','str',NULL);
INSERT INTO "run_metadata" VALUES('60d71473c07b4a11af7e7b9da431f7d2','2026-11-27 00:09:27.031445','2026-11-27 00:09:27.031479',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','44','int',NULL);
INSERT INTO "run_metadata" VALUES('e0092142e2d4429d96834110182d0796','2026-11-27 00:09:27.073319','2026-11-27 00:09:27.073359',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','length','3','int',NULL);
INSERT INTO "run_metadata" VALUES('5300e3cd8c4d4b3f869cef598fb68f62','2026-11-27 00:09:45.417764','2026-11-27 00:09:45.417792',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','368','int',NULL);
INSERT INTO "run_metadata" VALUES('edcc1cbb4bce469dad4e3a849714ae69','2026-11-27 00:09:45.429380','2026-11-27 00:09:45.429411',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30, 1]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('755ded433ff94dc392079522f72fe6a9','2026-11-27 00:09:45.441120','2026-11-27 00:09:45.441150',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.float64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('969e5441b8094524b09a62b7feb775ea','2026-11-27 00:09:45.584402','2026-11-27 00:09:45.584431',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','7.25','float',NULL);
INSERT INTO "run_metadata" VALUES('11093770f1114226aa89c895eace7a55','2026-11-27 00:09:45.666555','2026-11-27 00:09:45.666583',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','4.327720724199595','float',NULL);
INSERT INTO "run_metadata" VALUES('b2eb12748bcd40d6a9dcc750b81f9e05','2026-11-27 00:09:45.700764','2026-11-27 00:09:45.700790',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0.0','float',NULL);
INSERT INTO "run_metadata" VALUES('be16c2d27ecf4ad5a65bc4653596cf51','2026-11-27 00:09:45.725800','2026-11-27 00:09:45.725826',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','14.5','float',NULL);
INSERT INTO "run_metadata" VALUES('769ebe7ef2504445ab240b175008405a','2026-11-27 00:09:45.751369','2026-11-27 00:09:45.751392',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','368','int',NULL);
INSERT INTO "run_metadata" VALUES('dee28b1ba9374bcf8a347c28f756cb2d','2026-11-27 00:09:45.759090','2026-11-27 00:09:45.759114',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('e1da07864d4a4a8dbf536df4e52a3813','2026-11-27 00:09:45.776105','2026-11-27 00:09:45.776131',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.int64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('2f882c809e744d74a594e7127701d774','2026-11-27 00:09:45.782949','2026-11-27 00:09:45.782973',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','0.4666666666666667','float',NULL);
INSERT INTO "run_metadata" VALUES('633105ed574948c483110ce4601e57ec','2026-11-27 00:09:45.786752','2026-11-27 00:09:45.786776',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','0.49888765156985887','float',NULL);
INSERT INTO "run_metadata" VALUES('acf752cc59ed4596ae3cf5ef25ad8ea4','2026-11-27 00:09:45.790523','2026-11-27 00:09:45.790549',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0','int',NULL);
INSERT INTO "run_metadata" VALUES('fb1c7831382f4312ab7a80a74d74d1dd','2026-11-27 00:09:45.794470','2026-11-27 00:09:45.794494',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','1','int',NULL);
INSERT INTO "run_metadata" VALUES('709d3f43707e4b319b942039de6ccdc0','2026-11-27 00:09:45.998336','2026-11-27 00:09:45.998364',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','c','0.5','float',NULL);
INSERT INTO "run_metadata" VALUES('31dc40f9734d472ba300f342e2599ab6','2026-11-27 00:09:47.184826','2026-11-27 00:09:47.184850',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','682','int',NULL);
INSERT INTO "run_metadata" VALUES('6646aeb074854eaba9c73a75db3ec409','2026-11-27 00:09:47.667471','2026-11-27 00:09:47.667494',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3','int',NULL);
INSERT INTO "run_metadata" VALUES('d069e81959644f6281b327a6e4194894','2026-11-27 00:09:47.711915','2026-11-27 00:09:47.711942',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','string_representation','"1.0"','str',NULL);
INSERT INTO "run_metadata" VALUES('6f39a5787d0449bca04dd28ce13e3bfa','2026-11-27 00:09:47.741505','2026-11-27 00:09:47.741530',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','44','int',NULL);
INSERT INTO "run_metadata" VALUES('6d2d4d6907554b1ba560f8ed9e1a551a','2026-11-27 00:09:47.810658','2026-11-27 00:09:47.810698',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','length','3','int',NULL);
INSERT INTO "run_metadata" VALUES('d7b10a7372654a9eb06385cf4dda4c8b','2026-11-27 00:09:54.479811','2026-11-27 00:09:54.479837',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3099','int',NULL);
INSERT INTO "run_metadata" VALUES('f4003f825470465d924100833821fd33','2026-11-27 00:09:54.531447','2026-11-27 00:09:54.531474',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30, 2]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('5524c616aeaa414980abf2aeeb4ba464','2026-11-27 00:09:54.543190','2026-11-27 00:09:54.543229',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','{"x": "<class ''numpy.float64''>", "label": "<class ''numpy.int64''>"}','dict',NULL);
INSERT INTO "run_metadata" VALUES('f6381ff33ba8426eaca6267a0565358b','2026-11-27 00:09:54.598155','2026-11-27 00:09:54.598189',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','{"x": 7.25, "label": 0.4666666666666667}','dict',NULL);
INSERT INTO "run_metadata" VALUES('28478fd1a4a7493db397554536d4a234','2026-11-27 00:09:54.658998','2026-11-27 00:09:54.659025',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','{"x": 4.401704215414752, "label": 0.5074162634049248}','dict',NULL);
INSERT INTO "run_metadata" VALUES('ba242a227fb0442fa2e87859c093642f','2026-11-27 00:09:54.681905','2026-11-27 00:09:54.681931',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','{"x": 0.0, "label": 0.0}','dict',NULL);
INSERT INTO "run_metadata" VALUES('9423447c333149dcb7f5c507648a682f','2026-11-27 00:09:54.712784','2026-11-27 00:09:54.712811',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','{"x": 14.5, "label": 1.0}','dict',NULL);
INSERT INTO "run_metadata" VALUES('987e37a33baa4bbeae1d0ddb10dcc423','2026-11-27 00:09:54.729200','2026-11-27 00:09:54.729230',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','source','"sensor 7"','str',NULL);
INSERT INTO "run_metadata" VALUES('906232d1b74645f894505c326af6a40d','2026-11-27 00:09:54.743805','2026-11-27 00:09:54.743834',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','rows','30','int',NULL);
INSERT INTO "run_metadata" VALUES('05d8fb097d6742f99036d4d705d79521','2026-11-27 00:09:58.290969','2026-11-27 00:09:58.290999',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','368','int',NULL);
INSERT INTO "run_metadata" VALUES('cc4280b6209b4544b9eedba0f07a0fe9','2026-11-27 00:09:58.307777','2026-11-27 00:09:58.307807',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30, 1]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('2de77be9ca2945c59da69c7738738661','2026-11-27 00:09:58.366186','2026-11-27 00:09:58.366217',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.float64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('691fca1f2011407d816b50e198bae703','2026-11-27 00:09:58.417675','2026-11-27 00:09:58.417708',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','7.25','float',NULL);
INSERT INTO "run_metadata" VALUES('83cd03ca6a1c442494046bd2071ee031','2026-11-27 00:09:58.466588','2026-11-27 00:09:58.466698',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','4.327720724199595','float',NULL);
INSERT INTO "run_metadata" VALUES('06adb3be901c4785816c923e3948a2ee','2026-11-27 00:09:58.538718','2026-11-27 00:09:58.538758',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0.0','float',NULL);
INSERT INTO "run_metadata" VALUES('a57123a1606749228604f5cc548aec2f','2026-11-27 00:09:58.602508','2026-11-27 00:09:58.602538',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','14.5','float',NULL);
INSERT INTO "run_metadata" VALUES('fe97dcb0a10e4f36bc792544199918e8','2026-11-27 00:09:58.694264','2026-11-27 00:09:58.694304',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','368','int',NULL);
INSERT INTO "run_metadata" VALUES('bc783db9c19f4edb8c9c10e58ff35b95','2026-11-27 00:09:58.725479','2026-11-27 00:09:58.725509',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[30]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('12bc8192d7bd4f76be146567b1ad68a0','2026-11-27 00:09:58.755717','2026-11-27 00:09:58.755764',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.int64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('a282bae394134202ac8eb543ff4ffa4f','2026-11-27 00:09:58.916834','2026-11-27 00:09:58.916863',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','0.4666666666666667','float',NULL);
INSERT INTO "run_metadata" VALUES('bd8ac27cb51d4f6dbedbf63e69dea81f','2026-11-27 00:09:58.954695','2026-11-27 00:09:58.954725',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','0.49888765156985887','float',NULL);
INSERT INTO "run_metadata" VALUES('f5502456cb414f56a2c2ea37087ce58d','2026-11-27 00:09:58.977127','2026-11-27 00:09:58.977158',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0','int',NULL);
INSERT INTO "run_metadata" VALUES('408e540b7c604ed7a94a6deb91004425','2026-11-27 00:09:58.998854','2026-11-27 00:09:58.998884',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','1','int',NULL);
INSERT INTO "run_metadata" VALUES('d888338f44554032b4862fa7ae878750','2026-11-27 00:09:59.650342','2026-11-27 00:09:59.650372',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','c','0.5','float',NULL);
INSERT INTO "run_metadata" VALUES('7310adccf62b47f6bd705b010a9d05be','2026-11-27 00:10:01.230773','2026-11-27 00:10:01.230810',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','682','int',NULL);
INSERT INTO "run_metadata" VALUES('a33269f20ada4fbea90e11291683a3c1','2026-11-27 00:10:02.045385','2026-11-27 00:10:02.045426',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3','int',NULL);
INSERT INTO "run_metadata" VALUES('a60b0b0cb707490a961cd33ab395331e','2026-11-27 00:10:02.102696','2026-11-27 00:10:02.102755',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','string_representation','"1.0"','str',NULL);
INSERT INTO "run_metadata" VALUES('176b7b95d544422eb172526f744cc425','2026-11-27 00:10:02.321221','2026-11-27 00:10:02.321262',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','44','int',NULL);
INSERT INTO "run_metadata" VALUES('c7067915001240718198266213a0667b','2026-11-27 00:10:02.606529','2026-11-27 00:10:02.606557',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','length','3','int',NULL);
INSERT INTO "run_metadata" VALUES('12406bd9ed5a4dd1aa25af71a6f02d76','2026-11-27 00:10:14.025659','2026-11-27 00:10:14.025698',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','3','int',NULL);
INSERT INTO "run_metadata" VALUES('e728b41f40f247d884af9871163fd188','2026-11-27 00:10:14.193111','2026-11-27 00:10:14.193147',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','844','int',NULL);
INSERT INTO "run_metadata" VALUES('696f2e9a4f76496c96aabe9efddee785','2026-11-27 00:10:14.365763','2026-11-27 00:10:14.365814',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','29','int',NULL);
INSERT INTO "run_metadata" VALUES('7d52d3bb31634b3e9110156527202f0a','2026-11-27 00:10:14.443530','2026-11-27 00:10:14.443570',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','schema','{"description": "A Pydantic model of the user''s own.", "properties": {"depth": {"default": 3, "title": "Depth", "type": "integer"}, "name": {"default": "small", "title": "Name", "type": "string"}}, "title": "Settings", "type": "object"}','dict',NULL);
INSERT INTO "run_metadata" VALUES('6154f07425e5415b8aba93aeb5dd88b1','2026-11-27 00:10:14.589258','2026-11-27 00:10:14.589299',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','36','int',NULL);
INSERT INTO "run_metadata" VALUES('d34638720a80441cb769ad0a092fcd08','2026-11-27 00:10:14.666668','2026-11-27 00:10:14.666712',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','string_representation','"00000000-0000-0000-0000-000000000007"','str',NULL);
INSERT INTO "run_metadata" VALUES('dd720790b13d47efb6270185d1972275','2026-11-27 00:10:16.012930','2026-11-27 00:10:16.012958',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','storage_size','144','int',NULL);
INSERT INTO "run_metadata" VALUES('d8ee2e6e0046451daf9d7bb38aafbbcb','2026-11-27 00:10:16.054767','2026-11-27 00:10:16.054809',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','shape','[2]','tuple',NULL);
INSERT INTO "run_metadata" VALUES('a95bb6836d784144bf9b8ac4826845f9','2026-11-27 00:10:16.082058','2026-11-27 00:10:16.082090',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','dtype','"<class ''numpy.int64''>"','str',NULL);
INSERT INTO "run_metadata" VALUES('bda7901fd486478b9038c58cd3fc0fa9','2026-11-27 00:10:16.122919','2026-11-27 00:10:16.122951',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','mean','0.5','float',NULL);
INSERT INTO "run_metadata" VALUES('b6e133a79dde4b148398d7b560060550','2026-11-27 00:10:16.190717','2026-11-27 00:10:16.190774',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','std','0.5','float',NULL);
INSERT INTO "run_metadata" VALUES('d0c694900a824fba8eaf4ed35767ffdf','2026-11-27 00:10:16.214678','2026-11-27 00:10:16.214739',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','min','0','int',NULL);
INSERT INTO "run_metadata" VALUES('c96ba850ac42432faedc25b33fba646a','2026-11-27 00:10:16.253730','2026-11-27 00:10:16.253757',NULL,'12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f','max','1','int',NULL);
CREATE TABLE run_metadata_resource (
	id CHAR(32) NOT NULL, 
	resource_id CHAR(32) NOT NULL, 
	resource_type VARCHAR(255) NOT NULL, 
	run_metadata_id CHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_run_metadata_resource_run_metadata_id_run_metadata FOREIGN KEY(run_metadata_id) REFERENCES run_metadata (id) ON DELETE CASCADE
);
INSERT INTO "run_metadata_resource" VALUES('ca0a2099eb1d4abaa5d98a295c85d5fd','a2537b1fc1064fa38a235b6123b7add2','artifact_version','6a69833a5b164f71828f2511a3503b1a');
INSERT INTO "run_metadata_resource" VALUES('044c4b419ae3424487ffda2da6bd9c3e','a2537b1fc1064fa38a235b6123b7add2','artifact_version','307621f0b63f4717b60609630bb664a0');
INSERT INTO "run_metadata_resource" VALUES('54230b5c9bd14de186fd9401a2d34a40','a2537b1fc1064fa38a235b6123b7add2','artifact_version','976f82ae59914bd980a06844beac8bf7');
INSERT INTO "run_metadata_resource" VALUES('57cf2734713f403090aa58026a56308e','a2537b1fc1064fa38a235b6123b7add2','artifact_version','13990e822a5b4cf5953caa330915011c');
INSERT INTO "run_metadata_resource" VALUES('c2f1338c4cae4c06a2405ddf6ac6c08d','a2537b1fc1064fa38a235b6123b7add2','artifact_version','abbb92eaad6e477f9b90cadd4d77aa88');
INSERT INTO "run_metadata_resource" VALUES('0a27a4593277465ab019d52b3f1b3618','a2537b1fc1064fa38a235b6123b7add2','artifact_version','ef5d650c7fc44f3fb68a4ae13c9f4a4e');
INSERT INTO "run_metadata_resource" VALUES('0c3ece73e83940ce872e9e645893a0b4','a2537b1fc1064fa38a235b6123b7add2','artifact_version','07dd61b02c9441e68a7db9f9d85b8cb3');
INSERT INTO "run_metadata_resource" VALUES('ba2f2f645c574e4897b20531709b0b76','a2537b1fc1064fa38a235b6123b7add2','artifact_version','6b921cd7ee844875801945abc35307f2');
INSERT INTO "run_metadata_resource" VALUES('c7745a7c6a934c90af72604322c37ef5','a2537b1fc1064fa38a235b6123b7add2','artifact_version','7f913f3b3fc9477da4218c8a078ad625');
INSERT INTO "run_metadata_resource" VALUES('7734ed226d1741c0adb62623e045f664','313b655ccabd4b229212fcf8d875b77f','artifact_version','efd694aa05f04fb3b635bfbe08b78a75');
INSERT INTO "run_metadata_resource" VALUES('aaaa21083fef4e0b8ec4bfd5a303b0a0','313b655ccabd4b229212fcf8d875b77f','artifact_version','d0144ab17a7041a8890cf8952def071e');
INSERT INTO "run_metadata_resource" VALUES('99b4ac8c0e6b4f87bdbec7db513bb8b3','1e1478871867486880f1fc0892a28073','artifact_version','37d3f6cedb53422998f6d85c6cc3c479');
INSERT INTO "run_metadata_resource" VALUES('8e34282f619f4e6fadea7405e0944406','1e1478871867486880f1fc0892a28073','artifact_version','59843638371648859287b2c8df84ff44');
INSERT INTO "run_metadata_resource" VALUES('625a87d83ba8447088532af6566ed289','1e1478871867486880f1fc0892a28073','artifact_version','f848df76a44846e497207026866c1139');
INSERT INTO "run_metadata_resource" VALUES('c04d587861334d3fa52b790f69c34c85','1e1478871867486880f1fc0892a28073','artifact_version','3cc1224870ad4b7781e2babbc6233f5f');
INSERT INTO "run_metadata_resource" VALUES('d1b51a080d2e4251a9ead40dab9971e2','1e1478871867486880f1fc0892a28073','artifact_version','91f54cee777149e5a3398878153b2545');
INSERT INTO "run_metadata_resource" VALUES('b521686305654a918d88e47adb574b50','1e1478871867486880f1fc0892a28073','artifact_version','52b87e70babe4648ad220769f9704efe');
INSERT INTO "run_metadata_resource" VALUES('6fa7ad438fc24bffa4bea60d8378712d','1e1478871867486880f1fc0892a28073','artifact_version','ddc3b5e9086e4392a95ff648c15c65af');
INSERT INTO "run_metadata_resource" VALUES('1b40dab4ff0646b3b5607b8bc98044b2','6763a7e728e544888e6ca19d64991015','artifact_version','fb801b7dab60496aa82ed8ac97f5c7b8');
INSERT INTO "run_metadata_resource" VALUES('f091f0194754445fb466979c87999f8c','621d4cf33cdd4518a2e9d0eeca44c94d','artifact_version','f86f030123b349278947905660e48d40');
INSERT INTO "run_metadata_resource" VALUES('91d5f9f87a5d40e187ef35654add0a6b','46bfa735835d44b2a6ee2391fc0bfab5','artifact_version','294a65f2e5814fb7bf857ed163f798f5');
INSERT INTO "run_metadata_resource" VALUES('b78c5405c0104e2fa2d40ca1f7aa3510','4a0b696aeaf64d35bf1798b5921c5139','artifact_version','2755cda0948a43148e1e140f52d7c41d');
INSERT INTO "run_metadata_resource" VALUES('28bd68ffe08e415782d8fa625dca044d','0ce0bb493aef4bf38369b66a2c89fe5f','artifact_version','3037790b6f49463ca1cda5b4ad3f1196');
INSERT INTO "run_metadata_resource" VALUES('96f7996aef5a417d89833d8bb1beb8d6','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','b3d36624812f49d1a6a6c9a4c802e0c1');
INSERT INTO "run_metadata_resource" VALUES('6bf8fd96de3a47a494be4869bb092ff0','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','fffe6dffbd9c4a1e8e7d99144cb43358');
INSERT INTO "run_metadata_resource" VALUES('fdc0cab953b244ca9b70326bd2d30a85','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','fed169ba46e04757ac87aaa00753bd13');
INSERT INTO "run_metadata_resource" VALUES('8713c569d9f04b2ea3152e2dbfc9ba2d','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','2152389ba4554f92906a46684235259d');
INSERT INTO "run_metadata_resource" VALUES('11052545ce0d4009a5c4d9d3bfe65a85','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','ed4760b18b584dc086ac33f543b4784f');
INSERT INTO "run_metadata_resource" VALUES('79623fd1b9ab482dabc2ac0c713e1131','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','67bc62e0e49045dd885ae6896ba6c17e');
INSERT INTO "run_metadata_resource" VALUES('55bd3052a7a548ecaa6587a9d0bf0170','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','80cb42d1c79d4698bd2bad43e09c26b3');
INSERT INTO "run_metadata_resource" VALUES('2825bb012a8c41499209a4bd2ba27f36','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','0262386d0a3344288d7adae507d7ec51');
INSERT INTO "run_metadata_resource" VALUES('656c0bf87c30417f9745897bda33688e','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version','c22c6f880eb945d6ab9837a36e18e168');
INSERT INTO "run_metadata_resource" VALUES('fd5c83684d1541f3ae65b5381c9c801a','e8e3d57a76134b0ab83a2ea56826184a','artifact_version','45bbc18e612643eaba2cf78b11329c73');
INSERT INTO "run_metadata_resource" VALUES('63524c048fec4fd9b79b14ffc38f86b1','e8e3d57a76134b0ab83a2ea56826184a','artifact_version','0e949b72fa9e4418ba6f9f13f3d54a18');
INSERT INTO "run_metadata_resource" VALUES('414a2d837cb54bf3a77a695108568522','08b71049b05f4ce7905b68b343058898','artifact_version','036d3abeaf7248d79659dd3331d7620f');
INSERT INTO "run_metadata_resource" VALUES('113b736a05f943188c2e7d6a40a84a78','08b71049b05f4ce7905b68b343058898','artifact_version','d13a8d236c844133858635f72a561263');
INSERT INTO "run_metadata_resource" VALUES('168cd28a34344a50b0ac7b2c8e46a1aa','08b71049b05f4ce7905b68b343058898','artifact_version','3cc9c239cddc4d3a9864611417863690');
INSERT INTO "run_metadata_resource" VALUES('7019af80ecf04c0ab7d178f2abdb7075','08b71049b05f4ce7905b68b343058898','artifact_version','0526252ade654e9998a036b4a2642dc9');
INSERT INTO "run_metadata_resource" VALUES('e372b2ff6d5d49a5b1115a4471e069bc','08b71049b05f4ce7905b68b343058898','artifact_version','6f17cafbdde74ae09a21ccd038e84aed');
INSERT INTO "run_metadata_resource" VALUES('2001419e68394f41b44c3ad13a612b82','08b71049b05f4ce7905b68b343058898','artifact_version','8cf2158072ad4c0da7f1727b58d15de0');
INSERT INTO "run_metadata_resource" VALUES('4e9027e31a844188b864c256fa4842e5','08b71049b05f4ce7905b68b343058898','artifact_version','141cea06d68247a9af92a9cd11233b1c');
INSERT INTO "run_metadata_resource" VALUES('5f2defe75e964e28815eae65967ca429','849b0e34e66743999e2b1e6d35fc36ab','artifact_version','15ba8ab72c1d498e9330382792be9f12');
INSERT INTO "run_metadata_resource" VALUES('f6cfa47ace7d4ffd817e4213ab984193','57cc5001e0e44432a952786ff81c6f7f','artifact_version','e446654984b642e5adb98750098298e1');
INSERT INTO "run_metadata_resource" VALUES('66824d2cc5e54443bd44fc87eb848919','e7c5d0caebda402c97ad6a1d5375dab9','artifact_version','59d861f626c14feab599d4b0fb4adb7f');
INSERT INTO "run_metadata_resource" VALUES('4979bf0cccf1425196844f282ed7b751','59e0f805034f4e9a9c8b5d06fd8eaa0f','artifact_version','400c937cc6a34d38b1c5d1a2e919b56d');
INSERT INTO "run_metadata_resource" VALUES('1746a7a7c4104f619dd3aa8b3738392a','bae1f5612eea4e97b968632609db1af4','artifact_version','5f9587377eb44db7b4b7d3cb02ac5c88');
INSERT INTO "run_metadata_resource" VALUES('27df2b0f1ae243929f05b5a8b7138b0a','78ad249686ce43198b91b212dd5cc9a2','artifact_version','bd1cfc468a4c43e4a2aa1ba967522374');
INSERT INTO "run_metadata_resource" VALUES('9b14e60a6b324a60866f46d4845459c0','78ad249686ce43198b91b212dd5cc9a2','artifact_version','0f195783026a4f97be99855e9c0acb58');
INSERT INTO "run_metadata_resource" VALUES('1fa0bd395f67453bb64fe3380e4a8e2a','78ad249686ce43198b91b212dd5cc9a2','artifact_version','648e41521ff94f45a1d00bc4960d814a');
INSERT INTO "run_metadata_resource" VALUES('b54215afd95b4382a265b513acc72b39','78ad249686ce43198b91b212dd5cc9a2','artifact_version','84efaaf5694e452c8a3a227104fbb69d');
INSERT INTO "run_metadata_resource" VALUES('45fc33a46e2f4892bce4d9cfbffeda79','78ad249686ce43198b91b212dd5cc9a2','artifact_version','f4c03e3efb8f412a9b77dfb92f61ac0a');
INSERT INTO "run_metadata_resource" VALUES('27fdbc9e7043420295d514059b749693','78ad249686ce43198b91b212dd5cc9a2','artifact_version','d58e92085e694b609b60e6282d18e729');
INSERT INTO "run_metadata_resource" VALUES('c582ed01238148e8bf0f834699ea9574','78ad249686ce43198b91b212dd5cc9a2','artifact_version','f16b73e9fee04f6fafae37e7b7b60469');
INSERT INTO "run_metadata_resource" VALUES('4fc020290dc045749011104146b19ad7','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','85e72c2089244c0d8eb2b5511758c59b');
INSERT INTO "run_metadata_resource" VALUES('324ec93c266848af8299a7335bbd18dd','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','05216de3aabc4d2ca116c95b5f26457d');
INSERT INTO "run_metadata_resource" VALUES('b5c57836c51e4088bf5e506368d30735','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','84aa47ef74cc428595c018911cd918a3');
INSERT INTO "run_metadata_resource" VALUES('99dfe68852ef46df97d77deb3349cd9a','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','91c1bd40ca694f79a3ded68496e75cee');
INSERT INTO "run_metadata_resource" VALUES('c7f3d452fd4b458eb70129efc071921b','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','013e30f084c3433b885a6bc598ba67a2');
INSERT INTO "run_metadata_resource" VALUES('40b64d1a708d40b8b8209d7ebd47b539','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','b9ca2de84bfd4903936ef745b45ba033');
INSERT INTO "run_metadata_resource" VALUES('b6d7184bc7364b36a7afb06d4d2e9736','50a61b5da0d240d19902f9f1adf51e2b','artifact_version','c32248558bf749b38a2f18fa9bd1684f');
INSERT INTO "run_metadata_resource" VALUES('aa7092ba5cda4034b5b6ee8e80311cae','cc127a08e5244df9b7b45554f81ca2d5','model_version','1b7f0b0542874b94a3aa8143cbcf5ba6');
INSERT INTO "run_metadata_resource" VALUES('ead22a9d876e4550a497e05fc45bdefe','59eed31a0941473f9563cc7ee465152f','artifact_version','5a51b9a09fdd4b34bae3ec9855438b19');
INSERT INTO "run_metadata_resource" VALUES('dd939fbfff6449679de211baacd23b74','1477c1f122d14787be69455cc91c5828','artifact_version','8b2e71829d284550a7b0462910ee9274');
INSERT INTO "run_metadata_resource" VALUES('411038b1b1ff49978f1220a725d5edee','1477c1f122d14787be69455cc91c5828','artifact_version','cd483113463341f2b8c0efcc107145b3');
INSERT INTO "run_metadata_resource" VALUES('03954e3a0e2b4c49bee6f9ebdb9ff7f2','c733c42fac3a43489abbb2f7eb749b40','artifact_version','60d71473c07b4a11af7e7b9da431f7d2');
INSERT INTO "run_metadata_resource" VALUES('cc50e022c64848fc87ebf114a7b96d69','c733c42fac3a43489abbb2f7eb749b40','artifact_version','e0092142e2d4429d96834110182d0796');
INSERT INTO "run_metadata_resource" VALUES('d1dc313b3fe54fcc9b3f03d3f18aaffd','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','5300e3cd8c4d4b3f869cef598fb68f62');
INSERT INTO "run_metadata_resource" VALUES('230fd1eb8a3b4e6a8d06b5502b320582','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','edcc1cbb4bce469dad4e3a849714ae69');
INSERT INTO "run_metadata_resource" VALUES('f7364d84f11d4bc88b8b9384a1ff88e1','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','755ded433ff94dc392079522f72fe6a9');
INSERT INTO "run_metadata_resource" VALUES('be1beee0f69c44a89f62bca833274c5a','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','969e5441b8094524b09a62b7feb775ea');
INSERT INTO "run_metadata_resource" VALUES('bd44749a6ff84dacb2785a97e84d0e50','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','11093770f1114226aa89c895eace7a55');
INSERT INTO "run_metadata_resource" VALUES('aecd2f439e8f4d608739cb9a1aeef08d','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','b2eb12748bcd40d6a9dcc750b81f9e05');
INSERT INTO "run_metadata_resource" VALUES('05a2b1f4cbc041cd9939d4e086043847','e33d3f2d1663456797c12f3fac5fb11a','artifact_version','be16c2d27ecf4ad5a65bc4653596cf51');
INSERT INTO "run_metadata_resource" VALUES('a6be4fd4e6074e72abbdbb61a2bf47a2','408e0d3cee34459ca9ce38695ef0082b','artifact_version','769ebe7ef2504445ab240b175008405a');
INSERT INTO "run_metadata_resource" VALUES('2d3101eef8514544bc45092219fac80c','408e0d3cee34459ca9ce38695ef0082b','artifact_version','dee28b1ba9374bcf8a347c28f756cb2d');
INSERT INTO "run_metadata_resource" VALUES('f2c3a2380d9745c39d52a6daa5ec00e2','408e0d3cee34459ca9ce38695ef0082b','artifact_version','e1da07864d4a4a8dbf536df4e52a3813');
INSERT INTO "run_metadata_resource" VALUES('bf7c3906ff0b4542aa4f16c6059cb786','408e0d3cee34459ca9ce38695ef0082b','artifact_version','2f882c809e744d74a594e7127701d774');
INSERT INTO "run_metadata_resource" VALUES('ddbe4a0fe8e041d58480ddbe1b92e8ce','408e0d3cee34459ca9ce38695ef0082b','artifact_version','633105ed574948c483110ce4601e57ec');
INSERT INTO "run_metadata_resource" VALUES('bc6ece2891bb4d289e6071c1aaf5d066','408e0d3cee34459ca9ce38695ef0082b','artifact_version','acf752cc59ed4596ae3cf5ef25ad8ea4');
INSERT INTO "run_metadata_resource" VALUES('84d0e6659d12421580e96bf0a30e8909','408e0d3cee34459ca9ce38695ef0082b','artifact_version','fb1c7831382f4312ab7a80a74d74d1dd');
INSERT INTO "run_metadata_resource" VALUES('8cef1c2a51544f82b04001d841648f3a','6151ecb9d0ce4afe9ba9d49403459320','model_version','709d3f43707e4b319b942039de6ccdc0');
INSERT INTO "run_metadata_resource" VALUES('59833bebc7014b8aa3481353d8795fde','41c1055dcbb84c0b8014e96702b8e45e','artifact_version','31dc40f9734d472ba300f342e2599ab6');
INSERT INTO "run_metadata_resource" VALUES('3c65308b079245cdb8f40de42eca6230','a7d951422c4a45f78cc78e958ed508e4','artifact_version','6646aeb074854eaba9c73a75db3ec409');
INSERT INTO "run_metadata_resource" VALUES('aa83c5426231425096690ea466a68ad8','a7d951422c4a45f78cc78e958ed508e4','artifact_version','d069e81959644f6281b327a6e4194894');
INSERT INTO "run_metadata_resource" VALUES('23dd0e2f71bc47ee813768ca28b42ca6','48f4a063223b4ceeb93a089df5232bc8','artifact_version','6f39a5787d0449bca04dd28ce13e3bfa');
INSERT INTO "run_metadata_resource" VALUES('79acf606698d46ff9d889a0f9665b3e0','48f4a063223b4ceeb93a089df5232bc8','artifact_version','6d2d4d6907554b1ba560f8ed9e1a551a');
INSERT INTO "run_metadata_resource" VALUES('c4f40cd2088f4383b7ab133d3d6000df','0906c356ae74426d99245f3f194c35e1','artifact_version','d7b10a7372654a9eb06385cf4dda4c8b');
INSERT INTO "run_metadata_resource" VALUES('85f665f2c6f74b638260a402b8a335bc','0906c356ae74426d99245f3f194c35e1','artifact_version','f4003f825470465d924100833821fd33');
INSERT INTO "run_metadata_resource" VALUES('a69105fce05e45f3847efc176930ceab','0906c356ae74426d99245f3f194c35e1','artifact_version','5524c616aeaa414980abf2aeeb4ba464');
INSERT INTO "run_metadata_resource" VALUES('583ff5ed4bbe42e0927bcc9b06007c94','0906c356ae74426d99245f3f194c35e1','artifact_version','f6381ff33ba8426eaca6267a0565358b');
INSERT INTO "run_metadata_resource" VALUES('62a521afcda443789db2e958162a85d4','0906c356ae74426d99245f3f194c35e1','artifact_version','28478fd1a4a7493db397554536d4a234');
INSERT INTO "run_metadata_resource" VALUES('4eed6763eabd4c03893a5ac2f1883cff','0906c356ae74426d99245f3f194c35e1','artifact_version','ba242a227fb0442fa2e87859c093642f');
INSERT INTO "run_metadata_resource" VALUES('c78aa519af68475cb2a2385b11cd8cf2','0906c356ae74426d99245f3f194c35e1','artifact_version','9423447c333149dcb7f5c507648a682f');
INSERT INTO "run_metadata_resource" VALUES('319723803c8e435dbb68550b3c2a62ad','0906c356ae74426d99245f3f194c35e1','artifact_version','987e37a33baa4bbeae1d0ddb10dcc423');
INSERT INTO "run_metadata_resource" VALUES('691d24878e1a4fb8b5430babbc0a0a9a','0906c356ae74426d99245f3f194c35e1','artifact_version','906232d1b74645f894505c326af6a40d');
INSERT INTO "run_metadata_resource" VALUES('4e1c6bdbd9404ca1b0bb491f678e519c','3b08392084ef47029b4c2d2e9840f352','artifact_version','05d8fb097d6742f99036d4d705d79521');
INSERT INTO "run_metadata_resource" VALUES('5b93f0f2ba2649848b5797b974de5ab5','3b08392084ef47029b4c2d2e9840f352','artifact_version','cc4280b6209b4544b9eedba0f07a0fe9');
INSERT INTO "run_metadata_resource" VALUES('a64e7b72d5ca47d3951af8294b782211','3b08392084ef47029b4c2d2e9840f352','artifact_version','2de77be9ca2945c59da69c7738738661');
INSERT INTO "run_metadata_resource" VALUES('3bab5de27c9e41d5b136f33b1a686fe7','3b08392084ef47029b4c2d2e9840f352','artifact_version','691fca1f2011407d816b50e198bae703');
INSERT INTO "run_metadata_resource" VALUES('cebe0753788149158dd8352b19237198','3b08392084ef47029b4c2d2e9840f352','artifact_version','83cd03ca6a1c442494046bd2071ee031');
INSERT INTO "run_metadata_resource" VALUES('22362cc337804985aefa42ca8dd6f482','3b08392084ef47029b4c2d2e9840f352','artifact_version','06adb3be901c4785816c923e3948a2ee');
INSERT INTO "run_metadata_resource" VALUES('e92f237a2acd43f4a1f90dd1d4b995c2','3b08392084ef47029b4c2d2e9840f352','artifact_version','a57123a1606749228604f5cc548aec2f');
INSERT INTO "run_metadata_resource" VALUES('28cd13ddce834667ba1ae38f96b15a94','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','fe97dcb0a10e4f36bc792544199918e8');
INSERT INTO "run_metadata_resource" VALUES('ffd7a8a5915f477cbfb98e5d8ea2d6dd','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','bc783db9c19f4edb8c9c10e58ff35b95');
INSERT INTO "run_metadata_resource" VALUES('26e32da1e4a440f3a3e02d05716e1542','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','12bc8192d7bd4f76be146567b1ad68a0');
INSERT INTO "run_metadata_resource" VALUES('2e6298add7bc4e8781bb045be622025b','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','a282bae394134202ac8eb543ff4ffa4f');
INSERT INTO "run_metadata_resource" VALUES('2be57e0a344e4dceb260e6ec628a1bcc','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','bd8ac27cb51d4f6dbedbf63e69dea81f');
INSERT INTO "run_metadata_resource" VALUES('f57718fdee1f4c838aeed415f9246daf','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','f5502456cb414f56a2c2ea37087ce58d');
INSERT INTO "run_metadata_resource" VALUES('1e35dd7f630d464baba20aca6e367500','ffe1be75f506403793c3d3aadd4dd31d','artifact_version','408e540b7c604ed7a94a6deb91004425');
INSERT INTO "run_metadata_resource" VALUES('b42e19ca041145e795887e938861165e','4fc57fd06bee47d3b0afa572ab4d8f53','model_version','d888338f44554032b4862fa7ae878750');
INSERT INTO "run_metadata_resource" VALUES('694a148feac149968133f5fdd436f0ba','36f07dd416de46a58c59e11b8a9b2589','artifact_version','7310adccf62b47f6bd705b010a9d05be');
INSERT INTO "run_metadata_resource" VALUES('af04f7f021d041708bdc7bed22558134','28b0e25946794722a92f87b60a285ffc','artifact_version','a33269f20ada4fbea90e11291683a3c1');
INSERT INTO "run_metadata_resource" VALUES('c44919bf6de64cb492763fef2b1494b9','28b0e25946794722a92f87b60a285ffc','artifact_version','a60b0b0cb707490a961cd33ab395331e');
INSERT INTO "run_metadata_resource" VALUES('ce803971c50a4a0d96be9d45a6262659','f2adf6deceef40eda618ff4e939806dc','artifact_version','176b7b95d544422eb172526f744cc425');
INSERT INTO "run_metadata_resource" VALUES('dab853a87f36469b88b440777826866e','f2adf6deceef40eda618ff4e939806dc','artifact_version','c7067915001240718198266213a0667b');
INSERT INTO "run_metadata_resource" VALUES('a9ebfd8156d64e9285f75b63f3a4073a','36181518c97e4ef69af5e4473672def3','artifact_version','12406bd9ed5a4dd1aa25af71a6f02d76');
INSERT INTO "run_metadata_resource" VALUES('e26c2f1fd8e7467d813f5a5e58dbb092','c1d2a065e8a5450c8bdede84f784b588','artifact_version','e728b41f40f247d884af9871163fd188');
INSERT INTO "run_metadata_resource" VALUES('efe39f306a51428bb8571d08d2f37519','ad95cc5ad6d04d71918207e3f49e8fe0','artifact_version','696f2e9a4f76496c96aabe9efddee785');
INSERT INTO "run_metadata_resource" VALUES('968ca60f13b44d62a12d65a7bc9ed235','ad95cc5ad6d04d71918207e3f49e8fe0','artifact_version','7d52d3bb31634b3e9110156527202f0a');
INSERT INTO "run_metadata_resource" VALUES('c7fd4e923f57489cbf21af1f21b665c2','5a20db278d784d2faac5eeefd3230933','artifact_version','6154f07425e5415b8aba93aeb5dd88b1');
INSERT INTO "run_metadata_resource" VALUES('d78a18222d8f4fe89e42b87216c9a0c7','5a20db278d784d2faac5eeefd3230933','artifact_version','d34638720a80441cb769ad0a092fcd08');
INSERT INTO "run_metadata_resource" VALUES('8a6d7a73f0cc4d4aaff0babfff3b69e2','a467617376a943f09976ea73a3a47321','artifact_version','dd720790b13d47efb6270185d1972275');
INSERT INTO "run_metadata_resource" VALUES('4ac172dc434e470ca81fd4ad07f68108','a467617376a943f09976ea73a3a47321','artifact_version','d8ee2e6e0046451daf9d7bb38aafbbcb');
INSERT INTO "run_metadata_resource" VALUES('97938042fa19494c902efc4bf6046d89','a467617376a943f09976ea73a3a47321','artifact_version','a95bb6836d784144bf9b8ac4826845f9');
INSERT INTO "run_metadata_resource" VALUES('6eb6b45069fa4c69805a113ffa8f188c','a467617376a943f09976ea73a3a47321','artifact_version','bda7901fd486478b9038c58cd3fc0fa9');
INSERT INTO "run_metadata_resource" VALUES('16ac28f5c8e1432facb6acba041c283d','a467617376a943f09976ea73a3a47321','artifact_version','b6e133a79dde4b148398d7b560060550');
INSERT INTO "run_metadata_resource" VALUES('cda8e0f3bc834ee19616afe151b33408','a467617376a943f09976ea73a3a47321','artifact_version','d0c694900a824fba8eaf4ed35767ffdf');
INSERT INTO "run_metadata_resource" VALUES('1f1cc1bb2e504dfdbb3fcbccf4e0752e','a467617376a943f09976ea73a3a47321','artifact_version','c96ba850ac42432faedc25b33fba646a');
CREATE TABLE stack_component (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	flavor VARCHAR NOT NULL, 
	configuration BLOB NOT NULL, 
	labels BLOB, 
	environment BLOB, 
	user_id CHAR(32), 
	connector_id CHAR(32), 
	connector_resource_id VARCHAR, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_component_name_and_type UNIQUE (name, type), 
	CONSTRAINT fk_stack_component_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_stack_component_connector_id_service_connector FOREIGN KEY(connector_id) REFERENCES service_connector (id) ON DELETE SET NULL
);
INSERT INTO "stack_component" VALUES('1fc4650dc9de41eeb6fbf9bf4fc54ea1','2026-11-27 00:08:38.841628','2026-11-27 00:08:38.841658','default','orchestrator','local',X'6533303D',X'626E567362413D3D',X'626E567362413D3D',NULL,NULL,NULL);
INSERT INTO "stack_component" VALUES('37accbaaead14445917b912d5e719f51','2026-11-27 00:08:38.916093','2026-11-27 00:08:38.916135','default','deployer','local',X'6533303D',X'626E567362413D3D',X'626E567362413D3D',NULL,NULL,NULL);
INSERT INTO "stack_component" VALUES('7c71649ba85c453a887f572a12772159','2026-11-27 00:08:38.987653','2026-11-27 00:08:38.987691','default','artifact_store','local',X'6533303D',X'626E567362413D3D',X'626E567362413D3D',NULL,NULL,NULL);
CREATE TABLE step_configuration (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	"index" INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	config VARCHAR(16777215) NOT NULL, 
	snapshot_id CHAR(32), 
	step_run_id CHAR(32), 
	PRIMARY KEY (id), 
	CONSTRAINT unique_step_configuration_for_snapshot_or_step_run UNIQUE (snapshot_id, step_run_id, name), 
	CONSTRAINT ck_step_configuration_snapshot_step_run_exclusivity CHECK ((snapshot_id IS NULL AND step_run_id IS NOT NULL) OR (snapshot_id IS NOT NULL AND step_run_id IS NULL)), 
	CONSTRAINT fk_step_configuration_snapshot_id_pipeline_snapshot FOREIGN KEY(snapshot_id) REFERENCES pipeline_snapshot (id) ON DELETE CASCADE, 
	CONSTRAINT fk_step_configuration_step_run_id_step_run FOREIGN KEY(step_run_id) REFERENCES step_run (id) ON DELETE CASCADE
);
INSERT INTO "step_configuration" VALUES('313eb4062d584b6b84f47e6651cc303b','2026-11-27 00:08:44.806603','2026-11-27 00:08:44.806640',0,'load','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"measurements": {}}}}','1304b2e5f2054a33a0f2f44e40091cd5',NULL);
INSERT INTO "step_configuration" VALUES('5a59b471c1474eaeb3cb213b025240a2','2026-11-27 00:08:44.806914','2026-11-27 00:08:44.806944',1,'describe','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output_0": {}, "output_1": {}, "output_2": {}, "output_3": {}}}}','1304b2e5f2054a33a0f2f44e40091cd5',NULL);
INSERT INTO "step_configuration" VALUES('87b3bb31e9304275aa49cd075f3d1728','2026-11-27 00:08:44.807124','2026-11-27 00:08:44.807154',2,'pack','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"packed": {}}}}','1304b2e5f2054a33a0f2f44e40091cd5',NULL);
INSERT INTO "step_configuration" VALUES('cbaf7395df5040a495e42ce200f64f56','2026-11-27 00:09:01.821221','2026-11-27 00:09:01.821267',0,'load','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"measurements": {}}}}','0073553c58c34ad8a291b52330d7aff4',NULL);
INSERT INTO "step_configuration" VALUES('339f6b5be30441329fffb79ab6c2d9f4','2026-11-27 00:09:01.821811','2026-11-27 00:09:01.821847',1,'describe','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output_0": {}, "output_1": {}, "output_2": {}, "output_3": {}}}}','0073553c58c34ad8a291b52330d7aff4',NULL);
INSERT INTO "step_configuration" VALUES('c17d2e1156934839bc749dcc95b80721','2026-11-27 00:09:01.822151','2026-11-27 00:09:01.822180',2,'pack','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"packed": {}}}}','0073553c58c34ad8a291b52330d7aff4',NULL);
INSERT INTO "step_configuration" VALUES('d6fefc32c2c44db584d633ab096ef171','2026-11-27 00:09:15.232687','2026-11-27 00:09:15.232714',0,'load','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"measurements": {}}}}','6a31ae8e410a464399c5477ed57c02c3',NULL);
INSERT INTO "step_configuration" VALUES('adcd9f96b2cc402c9c06dbd14e565806','2026-11-27 00:09:15.232863','2026-11-27 00:09:15.232886',1,'split','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"x": {}, "y": {}}}}','6a31ae8e410a464399c5477ed57c02c3',NULL);
INSERT INTO "step_configuration" VALUES('1793b4630ed942448cf724a80d7a7673','2026-11-27 00:09:15.233015','2026-11-27 00:09:15.233038',2,'train','{"spec": {"inputs": {"x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"classifier": {}}}}','6a31ae8e410a464399c5477ed57c02c3',NULL);
INSERT INTO "step_configuration" VALUES('3fe80b3b745348e9acd09987afcd5fe2','2026-11-27 00:09:15.233167','2026-11-27 00:09:15.233190',3,'evaluate','{"spec": {"inputs": {"model": {"step_name": "train", "output_name": "classifier", "chunk_index": null, "chunk_size": null}, "x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output_0": {}, "metrics": {}}}}','6a31ae8e410a464399c5477ed57c02c3',NULL);
INSERT INTO "step_configuration" VALUES('ee8eee654d814282b4311a4142ba3775','2026-11-27 00:09:33.135604','2026-11-27 00:09:33.135635',0,'load','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"measurements": {}}}}','003e08352d374edb866aa4a787171a5b',NULL);
INSERT INTO "step_configuration" VALUES('c4183919115c4b0899015fa5bcf21f7a','2026-11-27 00:09:33.135835','2026-11-27 00:09:33.135861',1,'split','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"x": {}, "y": {}}}}','003e08352d374edb866aa4a787171a5b',NULL);
INSERT INTO "step_configuration" VALUES('63dda6b1ddee477d9afd142ba43985af','2026-11-27 00:09:33.136158','2026-11-27 00:09:33.136185',2,'train','{"spec": {"inputs": {"x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"classifier": {}}}}','003e08352d374edb866aa4a787171a5b',NULL);
INSERT INTO "step_configuration" VALUES('cfa2a26941e34adc8356be3a9837d609','2026-11-27 00:09:33.136351','2026-11-27 00:09:33.136377',3,'evaluate','{"spec": {"inputs": {"model": {"step_name": "train", "output_name": "classifier", "chunk_index": null, "chunk_size": null}, "x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output_0": {}, "metrics": {}}}}','003e08352d374edb866aa4a787171a5b',NULL);
INSERT INTO "step_configuration" VALUES('4adc15b990de489381ae438b93eb6c9c','2026-11-27 00:09:39.783697','2026-11-27 00:09:39.783755',0,'load','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"measurements": {}}}}','372a08d251154a4eb10ec519a8d81925',NULL);
INSERT INTO "step_configuration" VALUES('2358e336e7a3496f8d78d68991fab81a','2026-11-27 00:09:39.784039','2026-11-27 00:09:39.784079',1,'split','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"x": {}, "y": {}}}}','372a08d251154a4eb10ec519a8d81925',NULL);
INSERT INTO "step_configuration" VALUES('a039e51338f44778a20452a3116b3bcd','2026-11-27 00:09:39.784285','2026-11-27 00:09:39.784318',2,'train','{"spec": {"inputs": {"x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"classifier": {}}}}','372a08d251154a4eb10ec519a8d81925',NULL);
INSERT INTO "step_configuration" VALUES('6c99868246c84c77a989d95bc5a777a9','2026-11-27 00:09:39.784496','2026-11-27 00:09:39.784527',3,'evaluate','{"spec": {"inputs": {"model": {"step_name": "train", "output_name": "classifier", "chunk_index": null, "chunk_size": null}, "x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output_0": {}, "metrics": {}}}}','372a08d251154a4eb10ec519a8d81925',NULL);
INSERT INTO "step_configuration" VALUES('82ae5f5af85949428d2470b6837febe6','2026-11-27 00:09:51.460943','2026-11-27 00:09:51.460962',0,'load','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"measurements": {}}}}','c623d101b04a4e0da72953eabcaa815d',NULL);
INSERT INTO "step_configuration" VALUES('d4d7fa7fd4ec4a99b4e6b1ac5a36e404','2026-11-27 00:09:51.461132','2026-11-27 00:09:51.461151',1,'split','{"spec": {"inputs": {"table": {"step_name": "load", "output_name": "measurements", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"x": {}, "y": {}}}}','c623d101b04a4e0da72953eabcaa815d',NULL);
INSERT INTO "step_configuration" VALUES('2cef5e2c25404137bce580c1564a4a65','2026-11-27 00:09:51.461254','2026-11-27 00:09:51.461270',2,'train','{"spec": {"inputs": {"x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"classifier": {}}}}','c623d101b04a4e0da72953eabcaa815d',NULL);
INSERT INTO "step_configuration" VALUES('3062520de56146afa20f8dea37d1f064','2026-11-27 00:09:51.461364','2026-11-27 00:09:51.461380',3,'evaluate','{"spec": {"inputs": {"model": {"step_name": "train", "output_name": "classifier", "chunk_index": null, "chunk_size": null}, "x": {"step_name": "split", "output_name": "x", "chunk_index": null, "chunk_size": null}, "y": {"step_name": "split", "output_name": "y", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output_0": {}, "metrics": {}}}}','c623d101b04a4e0da72953eabcaa815d',NULL);
INSERT INTO "step_configuration" VALUES('7334d4f829804249b9634c5993c0429e','2026-11-27 00:10:10.359612','2026-11-27 00:10:10.359646',0,'oddities','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"odd": {}, "unknown": {}, "settings": {}, "id": {}}}}','4dd07d71ecab4e02861358b3fb489cfa',NULL);
INSERT INTO "step_configuration" VALUES('827deabde9f64b448d360b74498912f8','2026-11-27 00:10:10.359866','2026-11-27 00:10:10.359900',1,'predict','{"spec": {"inputs": {}}, "step_config_overrides": {"outputs": {"predictions": {}}}}','4dd07d71ecab4e02861358b3fb489cfa',NULL);
INSERT INTO "step_configuration" VALUES('93918969d92e4a28bb5ca25f4cc9d68d','2026-11-27 00:10:10.360092','2026-11-27 00:10:10.360125',2,'fail','{"spec": {"inputs": {"predictions": {"step_name": "predict", "output_name": "predictions", "chunk_index": null, "chunk_size": null}}}, "step_config_overrides": {"outputs": {"output": {}}}}','4dd07d71ecab4e02861358b3fb489cfa',NULL);
CREATE TABLE step_run (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	start_time DATETIME, 
	end_time DATETIME, 
	latest_heartbeat DATETIME, 
	status VARCHAR NOT NULL, 
	docstring TEXT, 
	cache_key VARCHAR, 
	cache_expires_at DATETIME, 
	source_code TEXT, 
	code_hash VARCHAR, 
	version INTEGER NOT NULL, 
	is_retriable BOOLEAN NOT NULL, 
	exception_info VARCHAR(16777215), 
	heartbeat_threshold INTEGER, 
	original_step_run_id CHAR(32), 
	snapshot_id CHAR(32), 
	pipeline_run_id CHAR(32) NOT NULL, 
	user_id CHAR(32), 
	project_id CHAR(32) NOT NULL, 
	model_version_id CHAR(32), 
	resource_request_id CHAR(32), 
	step_configuration VARCHAR(16777215), 
	PRIMARY KEY (id), 
	CONSTRAINT unique_step_name_for_pipeline_run UNIQUE (name, pipeline_run_id, version), 
	CONSTRAINT fk_step_run_original_step_run_id_step_run FOREIGN KEY(original_step_run_id) REFERENCES step_run (id) ON DELETE SET NULL, 
	CONSTRAINT fk_step_run_snapshot_id_pipeline_snapshot FOREIGN KEY(snapshot_id) REFERENCES pipeline_snapshot (id) ON DELETE CASCADE, 
	CONSTRAINT fk_step_run_pipeline_run_id_pipeline_run FOREIGN KEY(pipeline_run_id) REFERENCES pipeline_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_step_run_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL, 
	CONSTRAINT fk_step_run_project_id_project FOREIGN KEY(project_id) REFERENCES project (id) ON DELETE CASCADE, 
	CONSTRAINT fk_step_run_model_version_id_model_version FOREIGN KEY(model_version_id) REFERENCES model_version (id) ON DELETE SET NULL
);
INSERT INTO "step_run" VALUES('5c76bbd15e214be49122b9752455fa8c','2026-11-27 00:08:47.982502','2026-11-27 00:08:49.813044','load','2026-11-27 00:08:47.884794','2026-11-27 00:08:49.810373',NULL,'completed',NULL,'90956fb18a913e42b25dab495b18903b',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'1304b2e5f2054a33a0f2f44e40091cd5','22cfe320833b4fbf934c6064d642f0f6','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('a1f62e52f6244a68b73b6e58b6f27f16','2026-11-27 00:08:50.337519','2026-11-27 00:08:56.596734','describe','2026-11-27 00:08:50.098204','2026-11-27 00:08:56.595440',NULL,'completed',NULL,'6dad3d5eeeb528196063e0999ca30fd5',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'1304b2e5f2054a33a0f2f44e40091cd5','22cfe320833b4fbf934c6064d642f0f6','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('31247475f4244d9e9ab3ea484f4e082d','2026-11-27 00:08:56.762860','2026-11-27 00:08:57.513447','pack','2026-11-27 00:08:56.680397','2026-11-27 00:08:57.512010',NULL,'completed',NULL,'989bfd022d926fd86ca0ea856e46f4a3',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'1304b2e5f2054a33a0f2f44e40091cd5','22cfe320833b4fbf934c6064d642f0f6','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('1608d1eaa34c4471afb0c919a673510c','2026-11-27 00:09:04.760478','2026-11-27 00:09:06.605438','load','2026-11-27 00:09:04.688734','2026-11-27 00:09:06.604389',NULL,'completed',NULL,'236a9482a917a2533f0f4ed0918262cb',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'0073553c58c34ad8a291b52330d7aff4','dff0d75efb2749aaa71db644f03067d7','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('8cf723dfe4274326949c0e5544779338','2026-11-27 00:09:06.741040','2026-11-27 00:09:10.352542','describe','2026-11-27 00:09:06.677856','2026-11-27 00:09:10.351895',NULL,'completed',NULL,'8b5c6a8b0af5b0213dea5da6f52ad516',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'0073553c58c34ad8a291b52330d7aff4','dff0d75efb2749aaa71db644f03067d7','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('d22d9ca9f95143b9b0643b057d5bb875','2026-11-27 00:09:10.580620','2026-11-27 00:09:11.892549','pack','2026-11-27 00:09:10.537038','2026-11-27 00:09:11.891530',NULL,'completed',NULL,'e098812dd20d1028079cddcaa6505479',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'0073553c58c34ad8a291b52330d7aff4','dff0d75efb2749aaa71db644f03067d7','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('7dbd1b6b3bb84aa58b21b45ab151cd1d','2026-11-27 00:09:17.638920','2026-11-27 00:09:17.638960','load','2026-11-27 00:09:16.046990','2026-11-27 00:09:16.046990',NULL,'cached',NULL,'90956fb18a913e42b25dab495b18903b',NULL,NULL,NULL,1,0,NULL,NULL,'5c76bbd15e214be49122b9752455fa8c','6a31ae8e410a464399c5477ed57c02c3','a68712ec62934efa965ae8b727c970da','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('5f4d1db5a1954194916ec9d320edf612','2026-11-27 00:09:21.252536','2026-11-27 00:09:24.110242','split','2026-11-27 00:09:20.860934','2026-11-27 00:09:24.109057',NULL,'completed',NULL,'1ead929d2ae88c47b6d9a415f648fa31',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'6a31ae8e410a464399c5477ed57c02c3','a68712ec62934efa965ae8b727c970da','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('00e9d5225ff54efd88015a2b074f9744','2026-11-27 00:09:24.243823','2026-11-27 00:09:25.873175','train','2026-11-27 00:09:24.184919','2026-11-27 00:09:25.865266',NULL,'completed',NULL,'eaea2866c55a2e0fa5d9499ccbc47880',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'6a31ae8e410a464399c5477ed57c02c3','a68712ec62934efa965ae8b727c970da','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('9b04aa8f42a24965bc179907c2fae613','2026-11-27 00:09:26.240118','2026-11-27 00:09:27.194469','evaluate','2026-11-27 00:09:26.159653','2026-11-27 00:09:27.188932',NULL,'completed',NULL,'b5feba5244c1bc4f29bd810f803055fa',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'6a31ae8e410a464399c5477ed57c02c3','a68712ec62934efa965ae8b727c970da','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('b745e5d9e13d4c9d9eab05e4da948fe7','2026-11-27 00:09:33.764492','2026-11-27 00:09:33.764522','load','2026-11-27 00:09:33.618948','2026-11-27 00:09:33.618948',NULL,'cached',NULL,'90956fb18a913e42b25dab495b18903b',NULL,NULL,NULL,1,0,NULL,NULL,'5c76bbd15e214be49122b9752455fa8c','003e08352d374edb866aa4a787171a5b','60f6f976d4c7428ebae1e350c44858c3','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('eff7c91cd1d448c8b8700fba06a5157e','2026-11-27 00:09:34.447616','2026-11-27 00:09:34.447645','split','2026-11-27 00:09:34.127637','2026-11-27 00:09:34.127637',NULL,'cached',NULL,'1ead929d2ae88c47b6d9a415f648fa31',NULL,NULL,NULL,1,0,NULL,NULL,'5f4d1db5a1954194916ec9d320edf612','003e08352d374edb866aa4a787171a5b','60f6f976d4c7428ebae1e350c44858c3','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('d2c982cfa9cc4761ab00b420b828afce','2026-11-27 00:09:34.861436','2026-11-27 00:09:34.861503','train','2026-11-27 00:09:34.686307','2026-11-27 00:09:34.686307',NULL,'cached',NULL,'eaea2866c55a2e0fa5d9499ccbc47880',NULL,NULL,NULL,1,0,NULL,NULL,'00e9d5225ff54efd88015a2b074f9744','003e08352d374edb866aa4a787171a5b','60f6f976d4c7428ebae1e350c44858c3','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('bd6f20e55187413d871acdd47e7d36d3','2026-11-27 00:09:35.377063','2026-11-27 00:09:35.377103','evaluate','2026-11-27 00:09:35.169252','2026-11-27 00:09:35.169252',NULL,'cached',NULL,'b5feba5244c1bc4f29bd810f803055fa',NULL,NULL,NULL,1,0,NULL,NULL,'9b04aa8f42a24965bc179907c2fae613','003e08352d374edb866aa4a787171a5b','60f6f976d4c7428ebae1e350c44858c3','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('3930d1f64f5648b194747c654cfe89b6','2026-11-27 00:09:40.408084','2026-11-27 00:09:40.408123','load','2026-11-27 00:09:40.269697','2026-11-27 00:09:40.269697',NULL,'cached',NULL,'236a9482a917a2533f0f4ed0918262cb',NULL,NULL,NULL,1,0,NULL,NULL,'1608d1eaa34c4471afb0c919a673510c','372a08d251154a4eb10ec519a8d81925','1f94a23a4e4449c4a3fcca633b329791','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('d8c43929f2ac4fc197fdb3c546546cbf','2026-11-27 00:09:44.194401','2026-11-27 00:09:45.815880','split','2026-11-27 00:09:44.036537','2026-11-27 00:09:45.815153',NULL,'completed',NULL,'1449072164afb17afccd41cd9b4982fa',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'372a08d251154a4eb10ec519a8d81925','1f94a23a4e4449c4a3fcca633b329791','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('8fea68f0e5a24d219a9c9a2ae3e5f0c1','2026-11-27 00:09:45.887249','2026-11-27 00:09:47.231418','train','2026-11-27 00:09:45.865225','2026-11-27 00:09:47.230612',NULL,'completed',NULL,'15196d4a45fc4ccc2101100882174f33',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'372a08d251154a4eb10ec519a8d81925','1f94a23a4e4449c4a3fcca633b329791','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('bca6e11dad714f96b52370be311d634a','2026-11-27 00:09:47.323715','2026-11-27 00:09:47.998677','evaluate','2026-11-27 00:09:47.301296','2026-11-27 00:09:47.994562',NULL,'completed',NULL,'7b24fccaf5719cd5a0e698ce64b7f7e2',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'372a08d251154a4eb10ec519a8d81925','1f94a23a4e4449c4a3fcca633b329791','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('72be8c55b64e428caa8ff1db5c2dcbf3','2026-11-27 00:09:53.605283','2026-11-27 00:09:54.946199','load','2026-11-27 00:09:53.580106','2026-11-27 00:09:54.942485',NULL,'completed',NULL,'236a9482a917a2533f0f4ed0918262cb',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'c623d101b04a4e0da72953eabcaa815d','53edd2649d6746e5912ed76066b11a5a','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('954936cd306245f19d606bf7f3b64719','2026-11-27 00:09:55.198918','2026-11-27 00:09:59.069818','split','2026-11-27 00:09:55.146656','2026-11-27 00:09:59.068922',NULL,'completed',NULL,'a28623c6168e0bf4b7494d037e05e096',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'c623d101b04a4e0da72953eabcaa815d','53edd2649d6746e5912ed76066b11a5a','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('aa4f37efe50f468c8a6fc6a36e7ccf4f','2026-11-27 00:09:59.209033','2026-11-27 00:10:01.403463','train','2026-11-27 00:09:59.144435','2026-11-27 00:10:01.379564',NULL,'completed',NULL,'f57b324ff7490c57ec6abf9ccf8851c2',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'c623d101b04a4e0da72953eabcaa815d','53edd2649d6746e5912ed76066b11a5a','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('39509d77c84948fe9b9d6bd087be11fc','2026-11-27 00:10:01.606680','2026-11-27 00:10:02.697325','evaluate','2026-11-27 00:10:01.565815','2026-11-27 00:10:02.695961',NULL,'completed',NULL,'0acd1443a516bd0b93880ea682a9987f',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'c623d101b04a4e0da72953eabcaa815d','53edd2649d6746e5912ed76066b11a5a','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('658bcb4fa37e4f61b197790882ec2062','2026-11-27 00:10:13.684477','2026-11-27 00:10:14.749195','oddities','2026-11-27 00:10:13.656296','2026-11-27 00:10:14.744415',NULL,'completed',NULL,'99b48c42452779b92166c8fe920fac11',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'4dd07d71ecab4e02861358b3fb489cfa','bb1d129b6c5945579f2d66c5276a3c68','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('61ebadd626c74ae6b6d0e7a93046918a','2026-11-27 00:10:15.116111','2026-11-27 00:10:16.328460','predict','2026-11-27 00:10:14.927822','2026-11-27 00:10:16.317774',NULL,'completed',NULL,'5f8ab6afc6060ed457ad06edfd31d904',NULL,NULL,NULL,1,0,NULL,NULL,NULL,'4dd07d71ecab4e02861358b3fb489cfa','bb1d129b6c5945579f2d66c5276a3c68','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
INSERT INTO "step_run" VALUES('62fd325faa8f4e4ca0af402f5216b5a3','2026-11-27 00:10:16.530977','2026-11-27 00:10:16.814750','fail','2026-11-27 00:10:16.502525','2026-11-27 00:10:16.796342',NULL,'failed',NULL,'10bcc0a59475f30e599e27fa4b7eeeaa',NULL,NULL,NULL,1,0,'{"traceback":"  File \"/srv/project/tests/migrate/data/zenml/make.py\", line 144, in fail\n    raise ValueError(\"no such score\")\nValueError: no such score\n","source":"builtins.ValueError","message":"no such score","user_code_line":3}',NULL,NULL,'4dd07d71ecab4e02861358b3fb489cfa','bb1d129b6c5945579f2d66c5276a3c68','12509c7ac6974856a3934bb0398b8334','68a03f2bb1644f7f8de13b7317cf4f9f',NULL,NULL,NULL);
CREATE TABLE step_run_input_artifact (
	name VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	input_index INTEGER NOT NULL, 
	chunk_index INTEGER, 
	chunk_size INTEGER, 
	step_id CHAR(32) NOT NULL, 
	artifact_id CHAR(32) NOT NULL, 
	PRIMARY KEY (name, input_index, step_id, artifact_id), 
	CONSTRAINT fk_step_run_input_artifact_step_id_step_run FOREIGN KEY(step_id) REFERENCES step_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_step_run_input_artifact_artifact_id_artifact_version FOREIGN KEY(artifact_id) REFERENCES artifact_version (id) ON DELETE CASCADE
);
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'a1f62e52f6244a68b73b6e58b6f27f16','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'31247475f4244d9e9ab3ea484f4e082d','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'8cf723dfe4274326949c0e5544779338','3fd98dbabfe54aa4b55bac9a30b1613c');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'d22d9ca9f95143b9b0643b057d5bb875','3fd98dbabfe54aa4b55bac9a30b1613c');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'5f4d1db5a1954194916ec9d320edf612','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'00e9d5225ff54efd88015a2b074f9744','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'00e9d5225ff54efd88015a2b074f9744','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "step_run_input_artifact" VALUES('model','step_output',0,NULL,NULL,'9b04aa8f42a24965bc179907c2fae613','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'9b04aa8f42a24965bc179907c2fae613','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'9b04aa8f42a24965bc179907c2fae613','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'eff7c91cd1d448c8b8700fba06a5157e','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'d2c982cfa9cc4761ab00b420b828afce','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'d2c982cfa9cc4761ab00b420b828afce','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "step_run_input_artifact" VALUES('model','step_output',0,NULL,NULL,'bd6f20e55187413d871acdd47e7d36d3','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'bd6f20e55187413d871acdd47e7d36d3','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'bd6f20e55187413d871acdd47e7d36d3','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'d8c43929f2ac4fc197fdb3c546546cbf','3fd98dbabfe54aa4b55bac9a30b1613c');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'8fea68f0e5a24d219a9c9a2ae3e5f0c1','e33d3f2d1663456797c12f3fac5fb11a');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'8fea68f0e5a24d219a9c9a2ae3e5f0c1','408e0d3cee34459ca9ce38695ef0082b');
INSERT INTO "step_run_input_artifact" VALUES('model','step_output',0,NULL,NULL,'bca6e11dad714f96b52370be311d634a','41c1055dcbb84c0b8014e96702b8e45e');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'bca6e11dad714f96b52370be311d634a','e33d3f2d1663456797c12f3fac5fb11a');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'bca6e11dad714f96b52370be311d634a','408e0d3cee34459ca9ce38695ef0082b');
INSERT INTO "step_run_input_artifact" VALUES('table','step_output',0,NULL,NULL,'954936cd306245f19d606bf7f3b64719','0906c356ae74426d99245f3f194c35e1');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'aa4f37efe50f468c8a6fc6a36e7ccf4f','3b08392084ef47029b4c2d2e9840f352');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'aa4f37efe50f468c8a6fc6a36e7ccf4f','ffe1be75f506403793c3d3aadd4dd31d');
INSERT INTO "step_run_input_artifact" VALUES('model','step_output',0,NULL,NULL,'39509d77c84948fe9b9d6bd087be11fc','36f07dd416de46a58c59e11b8a9b2589');
INSERT INTO "step_run_input_artifact" VALUES('x','step_output',0,NULL,NULL,'39509d77c84948fe9b9d6bd087be11fc','3b08392084ef47029b4c2d2e9840f352');
INSERT INTO "step_run_input_artifact" VALUES('y','step_output',0,NULL,NULL,'39509d77c84948fe9b9d6bd087be11fc','ffe1be75f506403793c3d3aadd4dd31d');
INSERT INTO "step_run_input_artifact" VALUES('model','lazy',0,NULL,NULL,'61ebadd626c74ae6b6d0e7a93046918a','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "step_run_input_artifact" VALUES('predictions','step_output',0,NULL,NULL,'62fd325faa8f4e4ca0af402f5216b5a3','a467617376a943f09976ea73a3a47321');
CREATE TABLE step_run_output_artifact (
	name VARCHAR NOT NULL, 
	step_id CHAR(32) NOT NULL, 
	artifact_id CHAR(32) NOT NULL, 
	PRIMARY KEY (step_id, artifact_id), 
	CONSTRAINT fk_step_run_output_artifact_step_id_step_run FOREIGN KEY(step_id) REFERENCES step_run (id) ON DELETE CASCADE, 
	CONSTRAINT fk_step_run_output_artifact_artifact_id_artifact_version FOREIGN KEY(artifact_id) REFERENCES artifact_version (id) ON DELETE CASCADE
);
INSERT INTO "step_run_output_artifact" VALUES('measurements','5c76bbd15e214be49122b9752455fa8c','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_output_artifact" VALUES('output_0','a1f62e52f6244a68b73b6e58b6f27f16','313b655ccabd4b229212fcf8d875b77f');
INSERT INTO "step_run_output_artifact" VALUES('output_1','a1f62e52f6244a68b73b6e58b6f27f16','1e1478871867486880f1fc0892a28073');
INSERT INTO "step_run_output_artifact" VALUES('output_2','a1f62e52f6244a68b73b6e58b6f27f16','6763a7e728e544888e6ca19d64991015');
INSERT INTO "step_run_output_artifact" VALUES('output_3','a1f62e52f6244a68b73b6e58b6f27f16','621d4cf33cdd4518a2e9d0eeca44c94d');
INSERT INTO "step_run_output_artifact" VALUES('raw-bytes','31247475f4244d9e9ab3ea484f4e082d','46bfa735835d44b2a6ee2391fc0bfab5');
INSERT INTO "step_run_output_artifact" VALUES('raw-bytes','31247475f4244d9e9ab3ea484f4e082d','4a0b696aeaf64d35bf1798b5921c5139');
INSERT INTO "step_run_output_artifact" VALUES('packed','31247475f4244d9e9ab3ea484f4e082d','0ce0bb493aef4bf38369b66a2c89fe5f');
INSERT INTO "step_run_output_artifact" VALUES('measurements','1608d1eaa34c4471afb0c919a673510c','3fd98dbabfe54aa4b55bac9a30b1613c');
INSERT INTO "step_run_output_artifact" VALUES('output_0','8cf723dfe4274326949c0e5544779338','e8e3d57a76134b0ab83a2ea56826184a');
INSERT INTO "step_run_output_artifact" VALUES('output_1','8cf723dfe4274326949c0e5544779338','08b71049b05f4ce7905b68b343058898');
INSERT INTO "step_run_output_artifact" VALUES('output_2','8cf723dfe4274326949c0e5544779338','849b0e34e66743999e2b1e6d35fc36ab');
INSERT INTO "step_run_output_artifact" VALUES('output_3','8cf723dfe4274326949c0e5544779338','57cc5001e0e44432a952786ff81c6f7f');
INSERT INTO "step_run_output_artifact" VALUES('raw-bytes','d22d9ca9f95143b9b0643b057d5bb875','e7c5d0caebda402c97ad6a1d5375dab9');
INSERT INTO "step_run_output_artifact" VALUES('raw-bytes','d22d9ca9f95143b9b0643b057d5bb875','59e0f805034f4e9a9c8b5d06fd8eaa0f');
INSERT INTO "step_run_output_artifact" VALUES('packed','d22d9ca9f95143b9b0643b057d5bb875','bae1f5612eea4e97b968632609db1af4');
INSERT INTO "step_run_output_artifact" VALUES('measurements','7dbd1b6b3bb84aa58b21b45ab151cd1d','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_output_artifact" VALUES('x','5f4d1db5a1954194916ec9d320edf612','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "step_run_output_artifact" VALUES('y','5f4d1db5a1954194916ec9d320edf612','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "step_run_output_artifact" VALUES('classifier','00e9d5225ff54efd88015a2b074f9744','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "step_run_output_artifact" VALUES('output_0','9b04aa8f42a24965bc179907c2fae613','1477c1f122d14787be69455cc91c5828');
INSERT INTO "step_run_output_artifact" VALUES('metrics','9b04aa8f42a24965bc179907c2fae613','c733c42fac3a43489abbb2f7eb749b40');
INSERT INTO "step_run_output_artifact" VALUES('measurements','b745e5d9e13d4c9d9eab05e4da948fe7','a2537b1fc1064fa38a235b6123b7add2');
INSERT INTO "step_run_output_artifact" VALUES('y','eff7c91cd1d448c8b8700fba06a5157e','50a61b5da0d240d19902f9f1adf51e2b');
INSERT INTO "step_run_output_artifact" VALUES('x','eff7c91cd1d448c8b8700fba06a5157e','78ad249686ce43198b91b212dd5cc9a2');
INSERT INTO "step_run_output_artifact" VALUES('classifier','d2c982cfa9cc4761ab00b420b828afce','59eed31a0941473f9563cc7ee465152f');
INSERT INTO "step_run_output_artifact" VALUES('output_0','bd6f20e55187413d871acdd47e7d36d3','1477c1f122d14787be69455cc91c5828');
INSERT INTO "step_run_output_artifact" VALUES('metrics','bd6f20e55187413d871acdd47e7d36d3','c733c42fac3a43489abbb2f7eb749b40');
INSERT INTO "step_run_output_artifact" VALUES('measurements','3930d1f64f5648b194747c654cfe89b6','3fd98dbabfe54aa4b55bac9a30b1613c');
INSERT INTO "step_run_output_artifact" VALUES('x','d8c43929f2ac4fc197fdb3c546546cbf','e33d3f2d1663456797c12f3fac5fb11a');
INSERT INTO "step_run_output_artifact" VALUES('y','d8c43929f2ac4fc197fdb3c546546cbf','408e0d3cee34459ca9ce38695ef0082b');
INSERT INTO "step_run_output_artifact" VALUES('classifier','8fea68f0e5a24d219a9c9a2ae3e5f0c1','41c1055dcbb84c0b8014e96702b8e45e');
INSERT INTO "step_run_output_artifact" VALUES('output_0','bca6e11dad714f96b52370be311d634a','a7d951422c4a45f78cc78e958ed508e4');
INSERT INTO "step_run_output_artifact" VALUES('metrics','bca6e11dad714f96b52370be311d634a','48f4a063223b4ceeb93a089df5232bc8');
INSERT INTO "step_run_output_artifact" VALUES('measurements','72be8c55b64e428caa8ff1db5c2dcbf3','0906c356ae74426d99245f3f194c35e1');
INSERT INTO "step_run_output_artifact" VALUES('x','954936cd306245f19d606bf7f3b64719','3b08392084ef47029b4c2d2e9840f352');
INSERT INTO "step_run_output_artifact" VALUES('y','954936cd306245f19d606bf7f3b64719','ffe1be75f506403793c3d3aadd4dd31d');
INSERT INTO "step_run_output_artifact" VALUES('classifier','aa4f37efe50f468c8a6fc6a36e7ccf4f','36f07dd416de46a58c59e11b8a9b2589');
INSERT INTO "step_run_output_artifact" VALUES('output_0','39509d77c84948fe9b9d6bd087be11fc','28b0e25946794722a92f87b60a285ffc');
INSERT INTO "step_run_output_artifact" VALUES('metrics','39509d77c84948fe9b9d6bd087be11fc','f2adf6deceef40eda618ff4e939806dc');
INSERT INTO "step_run_output_artifact" VALUES('odd','658bcb4fa37e4f61b197790882ec2062','36181518c97e4ef69af5e4473672def3');
INSERT INTO "step_run_output_artifact" VALUES('unknown','658bcb4fa37e4f61b197790882ec2062','c1d2a065e8a5450c8bdede84f784b588');
INSERT INTO "step_run_output_artifact" VALUES('settings','658bcb4fa37e4f61b197790882ec2062','ad95cc5ad6d04d71918207e3f49e8fe0');
INSERT INTO "step_run_output_artifact" VALUES('id','658bcb4fa37e4f61b197790882ec2062','5a20db278d784d2faac5eeefd3230933');
INSERT INTO "step_run_output_artifact" VALUES('predictions','61ebadd626c74ae6b6d0e7a93046918a','a467617376a943f09976ea73a3a47321');
CREATE TABLE tag (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	name VARCHAR NOT NULL, 
	user_id CHAR(32), 
	color VARCHAR(255) NOT NULL, 
	"exclusive" BOOLEAN NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT unique_tag_name UNIQUE (name), 
	CONSTRAINT fk_tag_user_id_user FOREIGN KEY(user_id) REFERENCES user (id) ON DELETE SET NULL
);
INSERT INTO "tag" VALUES('a70a940066b84a23a98c5768c356714b','2026-11-27 00:08:45.068247','2026-11-27 00:08:45.068299','daily','12509c7ac6974856a3934bb0398b8334','grey',0);
INSERT INTO "tag" VALUES('026f4cf90856475394b30742de642895','2026-11-27 00:08:49.262912','2026-11-27 00:08:49.262967','team=a','12509c7ac6974856a3934bb0398b8334','orange',0);
INSERT INTO "tag" VALUES('47f951aac4b24a16899390814f4f7122','2026-11-27 00:08:49.275238','2026-11-27 00:08:49.275280','raw','12509c7ac6974856a3934bb0398b8334','orange',0);
INSERT INTO "tag" VALUES('efbffa8cb99b420db4f9f2166aa7bb3a','2026-11-27 00:09:15.542801','2026-11-27 00:09:15.542830','linear','12509c7ac6974856a3934bb0398b8334','yellow',0);
CREATE TABLE tag_resource (
	id CHAR(32) NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	tag_id CHAR(32) NOT NULL, 
	resource_id CHAR(32) NOT NULL, 
	resource_type VARCHAR(255) NOT NULL, 
	PRIMARY KEY (id), 
	CONSTRAINT fk_tag_resource_tag_id_tag FOREIGN KEY(tag_id) REFERENCES tag (id) ON DELETE CASCADE
);
INSERT INTO "tag_resource" VALUES('533c94f206684a19bdeb56d5c098e3a3','2026-11-27 00:08:45.102883','2026-11-27 00:08:45.102938','a70a940066b84a23a98c5768c356714b','22cfe320833b4fbf934c6064d642f0f6','pipeline_run');
INSERT INTO "tag_resource" VALUES('d16dc98e7f3243bcbbb66ab8eae4e8fe','2026-11-27 00:08:49.289776','2026-11-27 00:08:49.289818','026f4cf90856475394b30742de642895','a2537b1fc1064fa38a235b6123b7add2','artifact_version');
INSERT INTO "tag_resource" VALUES('c6cf63501ba9452c9f6e5536e3ab6b65','2026-11-27 00:08:49.292462','2026-11-27 00:08:49.292500','47f951aac4b24a16899390814f4f7122','a2537b1fc1064fa38a235b6123b7add2','artifact_version');
INSERT INTO "tag_resource" VALUES('13a108fbf28841b1b8d32a4f17e4c6f0','2026-11-27 00:09:01.903263','2026-11-27 00:09:01.903312','a70a940066b84a23a98c5768c356714b','dff0d75efb2749aaa71db644f03067d7','pipeline_run');
INSERT INTO "tag_resource" VALUES('fe11d6f53a214cb0a56dbd43f3249fd4','2026-11-27 00:09:06.132491','2026-11-27 00:09:06.132542','026f4cf90856475394b30742de642895','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version');
INSERT INTO "tag_resource" VALUES('7cd92dcf13a84898a47213bacf099740','2026-11-27 00:09:06.139393','2026-11-27 00:09:06.139438','47f951aac4b24a16899390814f4f7122','3fd98dbabfe54aa4b55bac9a30b1613c','artifact_version');
INSERT INTO "tag_resource" VALUES('406e155d9dda4c1389694732568ce8a5','2026-11-27 00:09:15.606425','2026-11-27 00:09:15.606469','efbffa8cb99b420db4f9f2166aa7bb3a','cc127a08e5244df9b7b45554f81ca2d5','model_version');
INSERT INTO "tag_resource" VALUES('dfa0aaabfa4f47d6870bc59222d939e5','2026-11-27 00:09:25.755490','2026-11-27 00:09:25.755526','efbffa8cb99b420db4f9f2166aa7bb3a','59eed31a0941473f9563cc7ee465152f','artifact_version');
INSERT INTO "tag_resource" VALUES('c0c352975b784e5da36000c8f1f256ac','2026-11-27 00:09:33.392968','2026-11-27 00:09:33.393020','efbffa8cb99b420db4f9f2166aa7bb3a','8fcf9a7986e541338f49cfb8f8b855bb','model_version');
INSERT INTO "tag_resource" VALUES('4bd83c3c8e61473f96038dcec7b93413','2026-11-27 00:09:40.031640','2026-11-27 00:09:40.031676','efbffa8cb99b420db4f9f2166aa7bb3a','6151ecb9d0ce4afe9ba9d49403459320','model_version');
INSERT INTO "tag_resource" VALUES('ec4c5b4e4d254df68b89d16193c0a865','2026-11-27 00:09:47.172978','2026-11-27 00:09:47.173031','efbffa8cb99b420db4f9f2166aa7bb3a','41c1055dcbb84c0b8014e96702b8e45e','artifact_version');
INSERT INTO "tag_resource" VALUES('693cb082863d4fdc817ccc20a749d164','2026-11-27 00:09:51.655791','2026-11-27 00:09:51.655815','efbffa8cb99b420db4f9f2166aa7bb3a','4fc57fd06bee47d3b0afa572ab4d8f53','model_version');
INSERT INTO "tag_resource" VALUES('44cc008f75ce4ec581d8ea50c743f281','2026-11-27 00:09:54.293771','2026-11-27 00:09:54.293795','026f4cf90856475394b30742de642895','0906c356ae74426d99245f3f194c35e1','artifact_version');
INSERT INTO "tag_resource" VALUES('2a4f4fdfb99946b587875c7205c8d5a1','2026-11-27 00:09:54.323394','2026-11-27 00:09:54.323420','47f951aac4b24a16899390814f4f7122','0906c356ae74426d99245f3f194c35e1','artifact_version');
INSERT INTO "tag_resource" VALUES('8faa6cd3ab7240b5a95904ff63ec3a90','2026-11-27 00:10:01.200961','2026-11-27 00:10:01.201052','efbffa8cb99b420db4f9f2166aa7bb3a','36f07dd416de46a58c59e11b8a9b2589','artifact_version');
COMMIT;
