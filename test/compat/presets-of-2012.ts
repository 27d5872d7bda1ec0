interface Preset {
  readonly rate: string;
  readonly width: number;
  readonly audio: string;
}

/** `job_options.options` of the 2012 client's presets as JSON, byte for byte as it writes them. */
export const PRESETS_OF_2012: Readonly<Record<string, string>> = {
  web_medium: usual({ rate: '400k', width: 640, audio: '128k' }),
  android_low:
    '[{"outfile_options": [["vcodec","libx264"],["preset","medium"],["vprofile","baseline"],["b","300k"],' +
    `["vf","yadif,scale='640:trunc(ow/a/2)*2'"],["r","30"],["pass","1"],["f","mp4"],["an",null]]},` +
    '{"outfile_options": [["vcodec","libx264"],["preset","medium"],["vprofile","baseline"],["b","300k"],' +
    `["vf","yadif,scale='640:trunc(ow/a/2)*2'"],["r","30"],["pass","2"],["acodec","libfaac"],["ab","128k"],` +
    '["ar","48000"],["async","480"],["ac","2"],["f","mp4"]], "move_atom_to_front": true}]',
  cb_low: usual({ rate: '230k', width: 400, audio: '96k' }),
  cb_medium: usual({ rate: '921k', width: 640, audio: '125k' }),
  cb_high: usual({ rate: '2000k', width: 1280, audio: '125k' }),
};

function usual({ rate, width, audio }: Preset): string {
  return (
    `[{"outfile_options": [["vcodec","libx264"],["preset","medium"],["vprofile","baseline"],["b","${rate}"],["bufsize","${rate}"],` +
    `["vf","yadif,scale='${width}:trunc(ow/a/2)*2'"],["pass","1"],["f","mp4"],["keyint_min","60"],["g","120"],["an",null]]},` +
    `{"outfile_options": [["vcodec","libx264"],["preset","medium"],["vprofile","baseline"],["b","${rate}"],["bufsize","${rate}"],` +
    `["vf","yadif,scale='${width}:trunc(ow/a/2)*2'"],["pass","2"],["acodec","libfaac"],["ab","${audio}"],["async","480"],` +
    '["keyint_min","60"],["g","120"],["f","mp4"]], "move_atom_to_front": true}]'
  );
}
